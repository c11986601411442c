# l2-does-not-matter: collapse of a dead weight under Adam for five λ (α = 1e-3, β = (0.9, 0.999), w₀ = 0.02, m₀ = 0, √v₀ = λw₀, float64).
# Left: at ε = 0 λ cancels, and the curves lie on one another (drawn from wide to narrow). Right: ε = 1e-6 tells them apart where αλ/ε is too small for oscillation.
# Largest |w| of each 20 steps.
# Run `gnuplot l2-does-not-matter.gp` in this folder; it reads l2-does-not-matter.dat.
set encoding utf8
set terminal svg enhanced size 960,460 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'l2-does-not-matter.svg'
data = 'l2-does-not-matter.dat'
set border 3 linewidth 1 linecolor rgb '#333333'
set tics out nomirror scale 0.6 textcolor rgb '#222222'
set grid back linetype 1 linewidth 0.5 linecolor rgb '#E4E4E4'
set key noautotitle Left reverse
unset mxtics
unset mytics
unset mx2tics
small = ',12'
set style fill solid 1.0 noborder
set xlabel offset 0,0.5
set x2label offset 0,-0.5
set multiplot
set logscale y 10
set format y '10^{%L}'
set xlabel 'optimiser steps after the last data gradient'
set xrange [0:4000]
set xtics 1000
set yrange [1e-80:1e5]
set ytics ('10^{-80}' 1e-80, '10^{-60}' 1e-60, '10^{-40}' 1e-40, '10^{-20}' 1e-20, '1' 1e0)
set key bottom left Left reverse samplen 3
set tmargin at screen 0.92
set bmargin at screen 0.15
set lmargin at screen 0.095
set rmargin at screen 0.48
set title 'ε = 0: λ does not matter'
set ylabel '|w|' offset 1,0
plot data index 0 using 1:2 with lines linewidth 14 linecolor rgb '#CC79A7' title 'λ = 10^{-6}', \
    data index 1 using 1:2 with lines linewidth 11 linecolor rgb '#56B4E9' title 'λ = 10^{-5}', \
    data index 2 using 1:2 with lines linewidth 8 linecolor rgb '#009E73' title 'λ = 10^{-4}', \
    data index 3 using 1:2 with lines linewidth 5 linecolor rgb '#E69F00' title 'λ = 10^{-3}', \
    data index 4 using 1:2 with lines linewidth 2 linecolor rgb '#000000' title 'λ = 10^{-2}'
set lmargin at screen 0.57
set rmargin at screen 0.965
set title 'ε = 10^{-6}: it does'
unset ylabel
set key off
plot data index 5 using 1:2 with lines linewidth 2.2 linecolor rgb '#CC79A7', \
    data index 6 using 1:2 with lines linewidth 2.2 linecolor rgb '#56B4E9', \
    data index 7 using 1:2 with lines linewidth 2.2 linecolor rgb '#009E73', \
    data index 8 using 1:2 with lines linewidth 2.2 linecolor rgb '#E69F00', \
    data index 9 using 1:2 with lines linewidth 2.2 linecolor rgb '#000000'
unset multiplot
