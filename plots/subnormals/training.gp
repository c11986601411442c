# SPDX-License-Identifier: GPL-3.0-or-later
# training: a training slows down as its weights and moments become subnormal; 64-1000-10 on the digits
# Run `gnuplot training.gp` in this folder; it reads digits-rmsprop.csv and digits-adam.csv.
set encoding utf8
set terminal svg size 940,560 background "white" font "sans-serif,13"
set output 'training.svg'
set datafile separator comma columnheaders
set border 3 linewidth 1 linecolor rgb '#333333'
set tics out nomirror scale 0.6
set grid back linetype 1 linewidth 0.5 linecolor rgb '#E4E4E4'
set key left top samplen 2 opaque
set multiplot
do for [panel = 0:1] {
    name = panel ? "Adam" : "RMSprop"
    data = panel ? 'digits-adam.csv' : 'digits-rmsprop.csv'
    second = panel ? 11 : 9
    set lmargin at screen 0.09 + 0.48*panel
    set rmargin at screen 0.48 + 0.48*panel
    set tmargin at screen 0.92; set bmargin at screen 0.55
    set title name
    set yrange [0.8:2.4]
    set xrange [0:1000]
    unset xlabel
    set format x ""
    set ylabel (panel ? "" : "epoch time, kept / flushed")
    plot data using 1:5:6 with filledcurves fillcolor rgb '#56B4E9' fillstyle transparent solid 0.25 noborder title "all turns of the epochs", \
        data using 1:4 with lines linewidth 1.5 linecolor rgb '#0072B2' title "median", \
        1 with lines linecolor rgb '#777777' notitle
    set tmargin at screen 0.47; set bmargin at screen 0.13
    unset title
    set format x "%g"
    set xlabel "epoch"
    set yrange [0:1]
    set ylabel (panel ? "" : "share that is subnormal")
    if (panel) {
        plot data using 1:7 with lines linewidth 1.8 linecolor rgb '#D55E00' title "weights w", \
            data using 1:9 with lines linewidth 1.8 linecolor rgb '#E69F00' title "first moments m", \
            data using 1:second with lines linewidth 1.8 linecolor rgb '#009E73' title "second moments v"
    } else {
        plot data using 1:7 with lines linewidth 1.8 linecolor rgb '#D55E00' title "weights w", \
            data using 1:second with lines linewidth 1.8 linecolor rgb '#009E73' title "second moments v"
    }
}
unset multiplot
