# SPDX-License-Identifier: GPL-3.0-or-later
# gnuplot quiet-length.gp (in this folder)
set terminal svg size 640,480 background "white" font "sans-serif,13"
set output "quiet-length.svg"
set logscale xy
set xlabel "predicted steps from the start of the last quiet spell to silence"
set ylabel "measured steps"
set key top left
set xrange [1:*]
set yrange [1:*]
plot x with lines linecolor "gray" title "predicted = measured", \
     "quiet-length.dat" using 1:2 with points pointtype 7 pointsize 0.3 linecolor "#1f77b4" title "dying nodes, held-out cells"
