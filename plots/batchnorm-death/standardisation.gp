# SPDX-License-Identifier: GPL-3.0-or-later
# gnuplot standardisation.gp (in this folder)
set terminal svg size 640,480 background "white" font "sans-serif,13"
set output "standardisation.svg"
set xlabel "−β/(|γ|M) at the last activity"
set ylabel "κ = s/√(s² + ε) at the last activity"
set key top left
set xrange [0:1.05]
set yrange [0:1.05]
plot x with lines linecolor "gray" title "silence: κ = −β/(|γ|M)", \
     "standardisation.dat" index 2 using 1:2 with points pointtype 7 pointsize 0.35 linecolor "#d62728" title "ε = 1e-3", \
     "" index 1 using 1:2 with points pointtype 7 pointsize 0.35 linecolor "#1f77b4" title "ε = 1e-5", \
     "" index 0 using 1:2 with points pointtype 7 pointsize 0.35 linecolor "#2ca02c" title "ε = 1e-7"
