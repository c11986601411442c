# sign-coherence: sign coherence |Σ sign g| / #{g ≠ 0} of a node's data gradient over its incoming weights;
# 840 nodes that die, up to their death, against 160 that live; lines are means, bands reach from the lower to the upper quartile,
# over nodes and the samples of a bin. Silent nodes have no coherence and are left out. On few active samples coherence is high by itself:
# one sample with inputs of one sign alone has C = 1 (theory notes, A1).
# Run `gnuplot sign-coherence.gp` in this folder; it reads sign-coherence.dat.
set encoding utf8
set terminal svg enhanced size 960,400 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'sign-coherence.svg'
data = 'sign-coherence.dat'
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
set lmargin at screen 0.08
set rmargin at screen 0.5
set tmargin at screen 0.9
set bmargin at screen 0.26
set title 'over training'
set key at screen 0.53, 0.07 center horizontal samplen 2 width 2
set ylabel 'sign coherence of the data gradient'
set yrange [0:1.02]
set ytics 0.2
set xlabel 'optimiser step'
set xrange [0:93800]
set xtics nomirror
set format x '%.0s%c'
set xtics 20000
plot data index 0 using 1:2:4 with filledcurves linecolor rgb '#CC0072B2', \
    data index 1 using 1:2:4 with filledcurves linecolor rgb '#CCD55E00', \
    data index 0 using 1:3 with lines linewidth 2 linecolor rgb '#0072B2' title 'nodes that live (160)', \
    data index 1 using 1:3 with lines linewidth 2 linecolor rgb '#D55E00' title 'nodes that die (840)'
unset key
set lmargin at screen 0.56
set rmargin at screen 0.98
set title 'on the way to death'
unset ylabel
set xlabel 'optimiser steps left until death'
set xrange [100000:316.228]
set xtics auto
set logscale x 10
set format x '10^{%L}'
set label 'dashed: mean of the nodes that live, all steps' at graph 0.03, graph 0.06 left textcolor rgb '#0072B2' font small
set object rectangle from 100000, 0.220721 to 316.228, 0.526288     behind fillstyle solid noborder fillcolor rgb '#CC0072B2'
plot data index 2 using 1:2:4 with filledcurves linecolor rgb '#CCD55E00', 0.374528 with lines linewidth 2 dashtype (6,4) linecolor rgb '#0072B2', \
    data index 2 using 1:3 with lines linewidth 2 linecolor rgb '#D55E00'
unset multiplot
