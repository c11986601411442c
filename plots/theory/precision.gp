# precision: the same dead weight under Adam (α = 1e-3, λ = 5e-4, ε = 2e-8, β = (0.9, 0.999)) in four arithmetics; right: where float32 leaves.
# Largest |w| of each 40 steps. Dashed: where the law says that a format may stall, F/(2αλ) with F its smallest number, F_min/(αλ) flushed,
# each with what m's own rounding adds; that holds while η < 1/2, so not for float64, which arrives with η = 17 and hops by quanta F/(√v + ε). Numbers of float80 below the range of float64 are not drawn.
# Run `gnuplot precision.gp` in this folder; it reads precision.dat.
set encoding utf8
set terminal svg enhanced size 960,500 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'precision.svg'
data = 'precision.dat'
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
set arrow 1 from graph 0, first 2.3745e-32 to graph 1, first 2.3745e-32 nohead back dashtype (6,4) linewidth 1 linecolor rgb '#D55E00'
set arrow 2 from graph 0, first 1.41531e-39 to graph 1, first 1.41531e-39 nohead back dashtype (6,4) linewidth 1 linecolor rgb '#E69F00'
set lmargin at screen 0.11
set rmargin at screen 0.55
set tmargin at screen 0.93
set bmargin at screen 0.14
set title 'the whole way'
set xrange [0:20000]
set xtics 5000
set yrange [1e-320:1e10]
set ytics ('10^{-300}' 1e-300, '10^{-250}' 1e-250, '10^{-200}' 1e-200, '10^{-150}' 1e-150, '10^{-100}' 1e-100, '10^{-50}' 1e-50, '1' 1e0)
set ylabel '|w|' offset 1,0
set key bottom left Left reverse samplen 2
plot data index 3 using 1:2 with lines linewidth 2.2 linecolor rgb '#000000' title 'float80', \
    data index 2 using 1:2 with lines linewidth 2.2 linecolor rgb '#0072B2' title 'float64', \
    data index 1 using 1:2 with lines linewidth 2.2 linecolor rgb '#E69F00' title 'float32', \
    data index 0 using 1:2 with lines linewidth 2.2 linecolor rgb '#D55E00' title 'float32, flush-to-zero'
set lmargin at screen 0.65
set rmargin at screen 0.965
set title 'where float32 leaves'
set xrange [500:2500]
set xtics 500
set yrange [1e-50:1e-25]
set ytics ('10^{-50}' 1e-50, '10^{-45}' 1e-45, '10^{-40}' 1e-40, '10^{-35}' 1e-35, '10^{-30}' 1e-30, '10^{-25}' 1e-25)
unset ylabel
set key off
set label 1 'F_{min}/(αλ)' at graph 0.98, first 2.3745e-32 right offset 0,0.6 front textcolor rgb '#D55E00' font small
set label 2 'F/(2αλ)' at graph 0.98, first 1.41531e-39 right offset 0,0.6 front textcolor rgb '#E69F00' font small
plot data index 3 using 1:2 with lines linewidth 2.2 linecolor rgb '#000000' title 'float80', \
    data index 2 using 1:2 with lines linewidth 2.2 linecolor rgb '#0072B2' title 'float64', \
    data index 1 using 1:2 with lines linewidth 2.2 linecolor rgb '#E69F00' title 'float32', \
    data index 0 using 1:2 with lines linewidth 2.2 linecolor rgb '#D55E00' title 'float32, flush-to-zero'
unset multiplot
