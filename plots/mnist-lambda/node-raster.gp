# node-raster: every node over training, a row each, coloured by state; the first to die lies at the bottom.
# State as last sampled before the middle of each pixel; of 1000 nodes every 2nd is drawn.
# On the right the 751 nodes that die, in the same order, each shifted so that its death is step 0 (every 4th is drawn).
# Run `gnuplot node-raster.gp` in this folder; it reads node-raster.dat.
set encoding utf8
set terminal svg enhanced size 960,480 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'node-raster.svg'
data = 'node-raster.dat'
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
set lmargin at screen 0.085
set rmargin at screen 0.525
set tmargin at screen 0.86
set bmargin at screen 0.225
# column and row of the image to step and node
first = 0
last = 93800
width = 1.0 * (last - first) / 190
set xlabel 'optimiser step'
set xrange [0:93800]
set xtics nomirror
set format x '%.0s%c'
set xtics 20000
set x2label 'epoch'
set x2range [0:100]
set x2tics nomirror
set x2tics 20
set ylabel 'node, in order of death'
set yrange [0:1000]
unset grid
set border 15
set palette maxcolors 4 defined (0 '#56B4E9', 1 '#E69F00', 2 '#D55E00', 3 '#000000')
set cbrange [-0.5:3.5]
unset colorbox

set label 'alive' at screen 0.13, 0.05 left offset 1.5,0 point pointtype 5 pointsize 1.6 linecolor rgb '#56B4E9'
set label 'dead on the data' at screen 0.27, 0.05 left offset 1.5,0 point pointtype 5 pointsize 1.6 linecolor rgb '#E69F00'
set label 'certified dead' at screen 0.48, 0.05 left offset 1.5,0 point pointtype 5 pointsize 1.6 linecolor rgb '#D55E00'
set label 'norm below smallest ξ' at screen 0.66, 0.05 left offset 1.5,0 point pointtype 5 pointsize 1.6 linecolor rgb '#000000'
plot data index 0 matrix using (first + ($1 + 0.5) * width):(($2 + 0.5) * 2):3 with image
unset arrow
unset label
unset x2tics
unset x2label
set lmargin at screen 0.625
set rmargin at screen 0.955
set xlabel 'optimiser steps after death'
unset ylabel
set title 'the 751 nodes that die'
width = 1.0 * 23937.9 / 191
set xrange [-7979.3:15958.6]
set xtics 5000
set format x '%.0s%c'
set yrange [0:751]
set ytics auto

set arrow from 0, graph 0 to 0, graph 1 nohead front linewidth 1 dashtype (6,4) linecolor rgb '#000000'
plot data index 1 matrix using (-7979.3 + ($1 + 0.5) * width):(($2 + 0.5) * 4):3 with image
unset multiplot
