# SPDX-License-Identifier: GPL-3.0-or-later
# updates: one step of Adam on dead weights, subnormals kept over flushed, by where the numbers lie (median, least and largest pair)
# Run `gnuplot updates.gp` in this folder; it reads updates.csv, six rows a place: laboratory, small update, large update, in float32 and in float64.
set encoding utf8
set terminal svg size 960,400 background "white" font "sans-serif,13"
set output 'updates.svg'
set datafile separator comma columnheaders
set border 3 linewidth 1 linecolor rgb '#333333'
set tics out nomirror scale 0.6
set grid x back linetype 1 linewidth 0.5 linecolor rgb '#E4E4E4'
data = 'updates.csv'
array loops[3] = ["laboratory", "update of 16,384 weights", "update of 784,000 weights"]
colors = "#0072B2 #D55E00 #009E73"
stats data using 6 nooutput
rows = int(STATS_records/6)
set xrange [0.8:4.1]
set xtics 1,0.5
set yrange [-rows + 0.4:0.6]
set arrow from 1, graph 0 to 1, graph 1 nohead back linewidth 1 linecolor rgb '#777777'
set xlabel "time, subnormals kept / flushed"
set multiplot
set bmargin at screen 0.17; set tmargin at screen 0.82
do for [panel = 0:1] {
    set title (panel ? "float64" : "float32")
    set lmargin at screen 0.285 + 0.36*panel
    set rmargin at screen 0.615 + 0.36*panel
    if (panel) {
        unset key
        set ytics scale 0
        set format y ""
        plot for [k = 1:3] data every 6::(k - 1 + 3*panel) using 6:(-$0 + 0.22*(2 - k)):7:8 with xerrorbars \
            pointtype 7 pointsize 0.55 linewidth 1.3 linecolor rgb word(colors, k) notitle
    } else {
        set key at screen 0.98, screen 0.975 right top maxrows 1 samplen 2
        plot for [k = 1:3] data every 6::(k - 1) using 6:(-$0 + 0.22*(2 - k)):7:8 with xerrorbars \
                pointtype 7 pointsize 0.55 linewidth 1.3 linecolor rgb word(colors, k) title loops[k], \
            data every 6 using (1):(-$0):yticlabel(strcol(2)) with points pointtype 0 linecolor rgb '#FFFFFF' notitle
    }
}
unset multiplot
