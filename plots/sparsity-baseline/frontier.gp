# SPDX-License-Identifier: GPL-3.0-or-later
# gnuplot frontier.gp (in this folder)
set terminal svg size 960,600 background "white" font "sans-serif,13"
set output "frontier.svg"
set logscale x
set xlabel "parameters left after exact removal of zero nodes"
set ylabel "test error, %"
set xrange [400:11000]
set yrange [5:25]
set key outside right center vertical reverse Left samplen 4
set grid linecolor "#dddddd"
set style line 1 linecolor "#000000" pointtype 5 dashtype 1
set style line 2 linecolor "#d55e00" pointtype 7 dashtype 1
set style line 3 linecolor "#0072b2" pointtype 9 dashtype 1
set style line 4 linecolor "#0072b2" pointtype 8 dashtype 2
set style line 5 linecolor "#0072b2" pointtype 2 dashtype 3
set style line 6 linecolor "#009e73" pointtype 11 dashtype 4
set style line 7 linecolor "#009e73" pointtype 10 dashtype 3
set style line 8 linecolor "#cc79a7" pointtype 13 dashtype 1
set style line 9 linecolor "#cc79a7" pointtype 12 dashtype 2
set style line 10 linecolor "#777777" pointtype 4 dashtype 3
set style line 11 linecolor "#777777" pointtype 6 dashtype 3
set style line 12 linecolor "#777777" pointtype 4 dashtype 1
set style line 13 linecolor "#777777" pointtype 6 dashtype 1
array titles = ["Adam alone", "Adam + L2", "Adam + group lasso", "… in Adam’s metric", "… by subgradient", "SGD + group lasso", "… by subgradient", "Adam + L1", \
    "… in Adam’s metric", "pruned by incoming norm", "pruned by product", "… incoming, tuned", "… product, tuned"]
plot for [i = 1:13] "frontier.dat" index i - 1 using 1:(100 * $3):2:(100 * $4) with xyerrorbars linestyle i linewidth 1 pointsize 0.7 notitle, \
     for [i = 1:13] "frontier.dat" index i - 1 using 1:(100 * $3) with linespoints linestyle i linewidth 1.5 pointsize 0.7 title titles[i]
