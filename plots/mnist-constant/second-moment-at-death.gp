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
# layer 0, node 319
unset arrow
unset label
set lmargin at screen 0.0938776
set rmargin at screen 0.347701
set xrange [-17906:75893]
set xtics 20000
set arrow 1 from 0, graph 0 to 0, graph 1 nohead front linewidth 1.5 linecolor rgb '#D55E00'

set tmargin at screen 0.92
set bmargin at screen 0.57
set title 'layer 0, node 319: dead at 17907' font small
set yrange [1e-22:3832.91]
set ylabel '√v̂'
set format y '10^{%L}'
set format x ''
unset xlabel
set label 1 'death' at 0, graph 0.94 left offset 0.6,0 front textcolor rgb '#D55E00' font small
plot data index 0 using 1:2:4 with filledcurves linecolor rgb '#B30072B2', \
    data index 0 using 1:3 with lines linewidth 2 linecolor rgb '#0072B2'
unset title
unset label
set tmargin at screen 0.53
set bmargin at screen 0.14
set yrange [1e-4:156.507]
set ylabel 'effective decay αλ/(√v̂+ε)'
set format x '%.0s%c'
set xlabel 'optimiser steps after death'
set arrow 3 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
plot data index 0 using 1:5:7 with filledcurves linecolor rgb '#B3009E73', \
    data index 0 using 1:6 with lines linewidth 2 linecolor rgb '#009E73'
# layer 0, node 967
unset arrow
unset label
set lmargin at screen 0.382313
set rmargin at screen 0.636136
set xrange [-24778:69021]
set xtics 20000
set arrow 1 from 0, graph 0 to 0, graph 1 nohead front linewidth 1.5 linecolor rgb '#D55E00'

set tmargin at screen 0.92
set bmargin at screen 0.57
set title 'layer 0, node 967: dead at 24779' font small
set yrange [1e-22:3832.91]
set ylabel ''
set format y ''
set format x ''
unset xlabel
set label 1 'death' at 0, graph 0.94 right offset -0.6,0 front textcolor rgb '#D55E00' font small
plot data index 1 using 1:2:4 with filledcurves linecolor rgb '#B30072B2', \
    data index 1 using 1:3 with lines linewidth 2 linecolor rgb '#0072B2'
unset title
unset label
set tmargin at screen 0.53
set bmargin at screen 0.14
set yrange [1e-4:156.507]
set ylabel ''
set format x '%.0s%c'
set xlabel 'optimiser steps after death'
set arrow 3 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
plot data index 1 using 1:5:7 with filledcurves linecolor rgb '#B3009E73', \
    data index 1 using 1:6 with lines linewidth 2 linecolor rgb '#009E73'
# layer 0, node 145
unset arrow
unset label
set lmargin at screen 0.670748
set rmargin at screen 0.924571
set xrange [-26023:52769]
set xtics 20000
set arrow 1 from 0, graph 0 to 0, graph 1 nohead front linewidth 1.5 linecolor rgb '#D55E00'

set tmargin at screen 0.92
set bmargin at screen 0.57
set title 'layer 0, node 145: dead at 41031' font small
set yrange [1e-22:3832.91]
set ylabel ''
set format y ''
set format x ''
unset xlabel
set label 1 'death' at 0, graph 0.94 right offset -0.6,0 front textcolor rgb '#D55E00' font small
plot data index 2 using 1:2:4 with filledcurves linecolor rgb '#B30072B2', \
    data index 2 using 1:3 with lines linewidth 2 linecolor rgb '#0072B2'
unset title
unset label
set tmargin at screen 0.53
set bmargin at screen 0.14
set yrange [1e-4:156.507]
set ylabel ''
set format x '%.0s%c'
set xlabel 'optimiser steps after death'
set arrow 3 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 3 'edge 38' at graph 1.02, first 38 left textcolor rgb '#777777' font small
plot data index 2 using 1:5:7 with filledcurves linecolor rgb '#B3009E73', \
    data index 2 using 1:6 with lines linewidth 2 linecolor rgb '#009E73'
unset multiplot
