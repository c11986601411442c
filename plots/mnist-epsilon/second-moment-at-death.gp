# second-moment-at-death: √v̂ (top) and effective decay αλ/(√v̂+ε) (bottom) of nodes that die early, midway and late; death is step 0.
# Lines are medians over the node's incoming weights, bands reach from the lower to the upper quartile.
# Dashed: the stability edge 2(1+β₁)/(1−β₁), above which zero no longer attracts a weight (for Adam); dotted: the norm stays under ξ from here on.
# Run `gnuplot second-moment-at-death.gp` in this folder; it reads second-moment-at-death.dat.
set encoding utf8
set terminal svg enhanced size 980,520 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'second-moment-at-death.svg'
data = 'second-moment-at-death.dat'
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
# layer 0, node 669
unset arrow
unset label
set lmargin at screen 0.0938776
set rmargin at screen 0.347701
set xrange [-3020:6360]
set xtics 2000
set arrow 1 from 0, graph 0 to 0, graph 1 nohead front linewidth 1.5 linecolor rgb '#D55E00'
set arrow 2 from 2142, graph 0 to 2142, graph 1 nohead front dashtype (2,3) linewidth 1.5 linecolor rgb '#000000'
set tmargin at screen 0.92
set bmargin at screen 0.57
set title 'layer 0, node 669: dead at 17090' font small
set yrange [1e-9:0.00289918]
set ylabel '√v̂'
set format y '10^{%L}'
set format x ''
unset xlabel
set label 1 'death' at 0, graph 0.94 right offset -0.6,0 front textcolor rgb '#D55E00' font small
set label 2 'norm < 10^{-15}' at 2142, graph 0.84 left offset 0.6,0 front textcolor rgb '#000000' font small
plot data index 0 using 1:2:4 with filledcurves linecolor rgb '#B30072B2', \
    data index 0 using 1:3 with lines linewidth 2 linecolor rgb '#0072B2'
unset title
unset label
set tmargin at screen 0.53
set bmargin at screen 0.14
set yrange [1e-3:95.0661]
set ylabel 'effective decay αλ/(√v̂+ε)'
set format x '%.0f'
set xlabel 'optimiser steps after death'
set arrow 3 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
plot data index 0 using 1:5:7 with filledcurves linecolor rgb '#B3009E73', \
    data index 0 using 1:6 with lines linewidth 2 linecolor rgb '#009E73'
# layer 0, node 666
unset arrow
unset label
set lmargin at screen 0.382313
set rmargin at screen 0.636136
set xrange [-1373:2848]
set xtics 1000
set arrow 1 from 0, graph 0 to 0, graph 1 nohead front linewidth 1.5 linecolor rgb '#D55E00'
set arrow 2 from 985, graph 0 to 985, graph 1 nohead front dashtype (2,3) linewidth 1.5 linecolor rgb '#000000'
set tmargin at screen 0.92
set bmargin at screen 0.57
set title 'layer 0, node 666: dead at 22478' font small
set yrange [1e-9:0.00289918]
set ylabel ''
set format y ''
set format x ''
unset xlabel
set label 1 'death' at 0, graph 0.94 right offset -0.6,0 front textcolor rgb '#D55E00' font small
set label 2 'norm < 10^{-15}' at 985, graph 0.84 left offset 0.6,0 front textcolor rgb '#000000' font small
plot data index 1 using 1:2:4 with filledcurves linecolor rgb '#B30072B2', \
    data index 1 using 1:3 with lines linewidth 2 linecolor rgb '#0072B2'
unset title
unset label
set tmargin at screen 0.53
set bmargin at screen 0.14
set yrange [1e-3:95.0661]
set ylabel ''
set format x '%.0f'
set xlabel 'optimiser steps after death'
set arrow 3 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
plot data index 1 using 1:5:7 with filledcurves linecolor rgb '#B3009E73', \
    data index 1 using 1:6 with lines linewidth 2 linecolor rgb '#009E73'
# layer 0, node 811
unset arrow
unset label
set lmargin at screen 0.670748
set rmargin at screen 0.924571
set xrange [-4466:9604]
set xtics 5000
set arrow 1 from 0, graph 0 to 0, graph 1 nohead front linewidth 1.5 linecolor rgb '#D55E00'
set arrow 2 from 3283, graph 0 to 3283, graph 1 nohead front dashtype (2,3) linewidth 1.5 linecolor rgb '#000000'
set tmargin at screen 0.92
set bmargin at screen 0.57
set title 'layer 0, node 811: dead at 39641' font small
set yrange [1e-9:0.00289918]
set ylabel ''
set format y ''
set format x ''
unset xlabel
set label 1 'death' at 0, graph 0.94 right offset -0.6,0 front textcolor rgb '#D55E00' font small
set label 2 'norm < 10^{-15}' at 3283, graph 0.84 left offset 0.6,0 front textcolor rgb '#000000' font small
plot data index 2 using 1:2:4 with filledcurves linecolor rgb '#B30072B2', \
    data index 2 using 1:3 with lines linewidth 2 linecolor rgb '#0072B2'
unset title
unset label
set tmargin at screen 0.53
set bmargin at screen 0.14
set yrange [1e-3:95.0661]
set ylabel ''
set format x '%.0s%c'
set xlabel 'optimiser steps after death'
set arrow 3 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 3 'edge 38' at graph 1.02, first 38 left textcolor rgb '#777777' font small
plot data index 2 using 1:5:7 with filledcurves linecolor rgb '#B3009E73', \
    data index 2 using 1:6 with lines linewidth 2 linecolor rgb '#009E73'
unset multiplot
