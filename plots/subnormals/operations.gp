# SPDX-License-Identifier: GPL-3.0-or-later
# operations: processor time with subnormals kept over flushed, operation by operation (median, least and largest pair)
# Run `gnuplot operations.gp` in this folder; it reads operations.csv, six rows a kind of operands: SSE2, AVX2, AVX-512, float32 and float64 each.
set encoding utf8
set terminal svg size 980,640 background "white" font "sans-serif,13"
set output 'operations.svg'
set datafile separator comma columnheaders
set border 3 linewidth 1 linecolor rgb '#333333'
set tics out nomirror scale 0.6
set grid x back linetype 1 linewidth 0.5 linecolor rgb '#E4E4E4'
data = 'operations.csv'
sets = "SSE2 AVX2 AVX-512"
colors = "#0072B2 #D55E00 #009E73"
stats data using 7 nooutput
rows = int(STATS_records/6)
set xrange [0.5:3.6]
set xtics 1,0.5
set yrange [-rows + 0.3:0.7]
set arrow from 1, graph 0 to 1, graph 1 nohead back linewidth 1 linecolor rgb '#777777'
set xlabel "time, subnormals kept / flushed"
set multiplot
set bmargin at screen 0.10; set tmargin at screen 0.88
do for [panel = 0:1] {
    set title (panel ? "float64" : "float32")
    set lmargin at screen 0.36 + 0.32*panel
    set rmargin at screen 0.655 + 0.32*panel
    if (panel) {
        unset key
        set ytics scale 0
        set format y ""
        plot for [k = 1:3] data every 6::(2*(k-1) + panel) using 7:(-$0 + 0.24*(2 - k)):8:9 with xerrorbars \
            pointtype 7 pointsize 0.55 linewidth 1.3 linecolor rgb word(colors, k) notitle
    } else {
        set key at screen 0.98, screen 0.985 right top maxrows 1
        plot for [k = 1:3] data every 6::(2*(k-1) + panel) using 7:(-$0 + 0.24*(2 - k)):8:9 with xerrorbars \
                pointtype 7 pointsize 0.55 linewidth 1.3 linecolor rgb word(colors, k) title word(sets, k), \
            data every 6 using (1):(-$0):yticlabel(strcol(1).":  ".strcol(2)) with points pointtype 0 linecolor rgb '#FFFFFF' notitle
    }
}
unset multiplot
