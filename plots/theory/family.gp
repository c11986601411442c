# family: the same dead weight under each optimiser: α = 1e-3, λ = 5e-4, ε = 2e-8 (Adadelta, AdaGrad: PyTorch's), w₀ = 0.02, √v₀ = 1e-4, float64.
# Largest |w| of each 75 steps. Colour and words: the fate that the laws foretell within 30000 steps, ξ = 1e-15.
# Dashed upright: foretold passage of ξ; dashed level: foretold floor. A line that leaves a panel below falls on.
# Run `gnuplot family.gp` in this folder; it reads family.dat.
set encoding utf8
set terminal svg enhanced size 960,640 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'family.svg'
data = 'family.dat'
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
set xrange [0:30000]
set yrange [1e-30:1e8]
set key off
# Adam
unset arrow
set lmargin at screen 0.075
set rmargin at screen 0.244
set tmargin at screen 0.925
set bmargin at screen 0.68
set title 'Adam' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'zero, passes at 2598' at graph 0.97, graph 0.93 right front textcolor rgb '#0072B2' font small
set arrow from 2598, graph 0 to 2598, graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('10^{-30}' 1e-30, '10^{-20}' 1e-20, '10^{-10}' 1e-10, '1' 1e0)
set format x ''
set ylabel '|w|' offset 1.7,0
unset xlabel
plot data index 0 using 1:2 with lines linewidth 2 linecolor rgb '#0072B2'
# AdaMax
unset arrow
set lmargin at screen 0.258
set rmargin at screen 0.427
set tmargin at screen 0.925
set bmargin at screen 0.68
set title 'AdaMax' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'zero, passes at 1739' at graph 0.97, graph 0.93 right front textcolor rgb '#0072B2' font small
set arrow from 1739, graph 0 to 1739, graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x ''
unset ylabel
unset xlabel
plot data index 1 using 1:2 with lines linewidth 2 linecolor rgb '#0072B2'
# NAdam
unset arrow
set lmargin at screen 0.441
set rmargin at screen 0.61
set tmargin at screen 0.925
set bmargin at screen 0.68
set title 'NAdam' offset 0,-0.7 font small
set label 2 'but trapped by float64' at graph 0.97, graph 0.82 right front font small
set label 1 'floor 3.4e-5' at graph 0.97, graph 0.93 right front textcolor rgb '#D55E00' font small
set arrow from 2618, graph 0 to 2618, graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set arrow from graph 0, first 3.36842e-05 to graph 1, first 3.36842e-05 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x ''
unset ylabel
unset xlabel
plot data index 2 using 1:2 with lines linewidth 2 linecolor rgb '#D55E00'
# AMSGrad
unset arrow
set lmargin at screen 0.624
set rmargin at screen 0.793
set tmargin at screen 0.925
set bmargin at screen 0.68
set title 'AMSGrad' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'zero, passes at 5831' at graph 0.97, graph 0.93 right front textcolor rgb '#0072B2' font small
set arrow from 5831, graph 0 to 5831, graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x ''
unset ylabel
unset xlabel
plot data index 3 using 1:2 with lines linewidth 2 linecolor rgb '#0072B2'
# AdamW, decoupled
unset arrow
set lmargin at screen 0.807
set rmargin at screen 0.976
set tmargin at screen 0.925
set bmargin at screen 0.68
set title 'AdamW, decoupled' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'not on this budget' at graph 0.97, graph 0.93 right front textcolor rgb '#009E73' font small
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x ''
unset ylabel
unset xlabel
plot data index 4 using 1:2 with lines linewidth 2 linecolor rgb '#009E73'
# RMSprop
unset arrow
set lmargin at screen 0.075
set rmargin at screen 0.244
set tmargin at screen 0.635
set bmargin at screen 0.39
set title 'RMSprop' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'floor 4.6e-4' at graph 0.97, graph 0.93 right front textcolor rgb '#D55E00' font small
set arrow from 682, graph 0 to 682, graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set arrow from graph 0, first 0.00046 to graph 1, first 0.00046 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('10^{-30}' 1e-30, '10^{-20}' 1e-20, '10^{-10}' 1e-10, '1' 1e0)
set format x ''
set ylabel '|w|' offset 1.7,0
unset xlabel
plot data index 5 using 1:2 with lines linewidth 2 linecolor rgb '#D55E00'
# RMSprop, momentum 0.9
unset arrow
set lmargin at screen 0.258
set rmargin at screen 0.427
set tmargin at screen 0.635
set bmargin at screen 0.39
set title 'RMSprop, momentum 0.9' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'floor 2.2e-4' at graph 0.97, graph 0.93 right front textcolor rgb '#D55E00' font small
set arrow from 572, graph 0 to 572, graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set arrow from graph 0, first 0.000223158 to graph 1, first 0.000223158 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x ''
unset ylabel
unset xlabel
plot data index 6 using 1:2 with lines linewidth 2 linecolor rgb '#D55E00'
# RMSprop, centred
unset arrow
set lmargin at screen 0.441
set rmargin at screen 0.61
set tmargin at screen 0.635
set bmargin at screen 0.39
set title 'RMSprop, centred' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'floor 4.6e-4' at graph 0.97, graph 0.93 right front textcolor rgb '#D55E00' font small
set arrow from 682, graph 0 to 682, graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set arrow from graph 0, first 0.000460006 to graph 1, first 0.000460006 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x ''
unset ylabel
unset xlabel
plot data index 7 using 1:2 with lines linewidth 2 linecolor rgb '#D55E00'
# Adadelta
unset arrow
set lmargin at screen 0.624
set rmargin at screen 0.793
set tmargin at screen 0.635
set bmargin at screen 0.39
set title 'Adadelta' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'not on this budget' at graph 0.97, graph 0.93 right front textcolor rgb '#009E73' font small
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x ''
unset ylabel
unset xlabel
plot data index 8 using 1:2 with lines linewidth 2 linecolor rgb '#009E73'
# AdaGrad
unset arrow
set lmargin at screen 0.807
set rmargin at screen 0.976
set tmargin at screen 0.635
set bmargin at screen 0.39
set title 'AdaGrad' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'zero, passes at 9132' at graph 0.97, graph 0.93 right front textcolor rgb '#0072B2' font small
set arrow from 9132, graph 0 to 9132, graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x ''
unset ylabel
unset xlabel
plot data index 9 using 1:2 with lines linewidth 2 linecolor rgb '#0072B2'
# SGD
unset arrow
set lmargin at screen 0.075
set rmargin at screen 0.244
set tmargin at screen 0.345
set bmargin at screen 0.1
set title 'SGD' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'not on this budget' at graph 0.97, graph 0.93 right front textcolor rgb '#009E73' font small
set xtics 0,10000,20000
set ytics ('10^{-30}' 1e-30, '10^{-20}' 1e-20, '10^{-10}' 1e-10, '1' 1e0)
set format x '%.0s%c'
set ylabel '|w|' offset 1.7,0
unset xlabel
plot data index 10 using 1:2 with lines linewidth 2 linecolor rgb '#009E73'
# heavy ball
unset arrow
set lmargin at screen 0.258
set rmargin at screen 0.427
set tmargin at screen 0.345
set bmargin at screen 0.1
set title 'heavy ball' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'not on this budget' at graph 0.97, graph 0.93 right front textcolor rgb '#009E73' font small
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x '%.0s%c'
unset ylabel
unset xlabel
plot data index 11 using 1:2 with lines linewidth 2 linecolor rgb '#009E73'
# Nesterov
unset arrow
set lmargin at screen 0.441
set rmargin at screen 0.61
set tmargin at screen 0.345
set bmargin at screen 0.1
set title 'Nesterov' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'not on this budget' at graph 0.97, graph 0.93 right front textcolor rgb '#009E73' font small
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x '%.0s%c'
unset ylabel
set xlabel 'optimiser steps after the last data gradient'
plot data index 12 using 1:2 with lines linewidth 2 linecolor rgb '#009E73'
# Lion
unset arrow
set lmargin at screen 0.624
set rmargin at screen 0.793
set tmargin at screen 0.345
set bmargin at screen 0.1
set title 'Lion' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'floor 1.1e-3' at graph 0.97, graph 0.93 right front textcolor rgb '#D55E00' font small
set arrow from graph 0, first 0.00110355 to graph 1, first 0.00110355 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x '%.0s%c'
unset ylabel
unset xlabel
plot data index 13 using 1:2 with lines linewidth 2 linecolor rgb '#D55E00'
# sign descent
unset arrow
set lmargin at screen 0.807
set rmargin at screen 0.976
set tmargin at screen 0.345
set bmargin at screen 0.1
set title 'sign descent' offset 0,-0.7 font small
set label 2 '' at graph 0.97, graph 0.82 right front font small
set label 1 'floor 7.1e-4' at graph 0.97, graph 0.93 right front textcolor rgb '#D55E00' font small
set arrow from graph 0, first 0.000707107 to graph 1, first 0.000707107 nohead front dashtype (5,3) linewidth 1 linecolor rgb '#000000'
set xtics 0,10000,20000
set ytics ('' 1e-30, '' 1e-20, '' 1e-10, '' 1e0)
set format x '%.0s%c'
unset ylabel
unset xlabel
plot data index 14 using 1:2 with lines linewidth 2 linecolor rgb '#D55E00'
unset multiplot
