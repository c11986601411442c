# anatomy: one dead weight that remembers the data's gradients (left), one with little memory (middle), one above the edge of stability (right),
# under Adam, α = 1e-3, λ = 5e-4, β = (0.9, 0.999).
# Lines: measured in the laboratory, |w| as the largest of each 55 steps or so; dashed: the adiabatic law from the state at step 0.
# Memory: v is what the data left; collapse: v is the weight's own, λ²w²; √β₁ a step: the weight oscillates; ε-limited: √v < ε, η stops growing;
# revival: η past the edge; floor: bursts with the rms that B7 foretells.
# Run `gnuplot anatomy.gp` in this folder; it reads anatomy.dat.
set encoding utf8
set terminal svg enhanced size 1350,680 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'anatomy.svg'
data = 'anatomy.dat'
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
# below the edge: αλ/ε = 25, float32
unset object
set lmargin at screen 0.06
set rmargin at screen 0.33
set xrange [0:22000]
set xtics 5000
set format y '10^{%L}'
set object 1 rectangle from 0, graph 0 to 3325, graph 1 behind fillcolor rgb '#DCEBF7' fillstyle solid noborder
set object 2 rectangle from 3325, graph 0 to 3875, graph 1 behind fillcolor rgb '#FBE9C6' fillstyle solid noborder
set object 3 rectangle from 3875, graph 0 to 22000, graph 1 behind fillcolor rgb '#E4E4E4' fillstyle solid noborder
set title 'below the edge: αλ/ε = 25, float32'
set label 1 'memory' at 1662.5, graph 0.93 center front font small
set label 2 '√β₁ a step' at 3600, graph 0.97 rotate by 90 right front font small
set label 3 'among subnormals' at 12937.5, graph 0.93 center front font small
set tmargin at screen 0.93
set bmargin at screen 0.68
set yrange [1e-46:1e12]
set ylabel '|w|' offset 0.5,0
set format x ''
unset xlabel
set arrow 20 from graph 0, first 1.41531e-39 to graph 1, first 1.41531e-39 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 20 'α·m rounds to 0 below F/(2αλ)' at graph 0.98, first 1.41531e-39 right offset 0,0.6 front textcolor rgb '#777777' font small
set ytics ('10^{-40}' 1e-40, '10^{-30}' 1e-30, '10^{-20}' 1e-20, '10^{-10}' 1e-10, '1' 1e0)
plot data index 0 using 1:2 with lines linewidth 2.2 linecolor rgb '#0072B2', \
    data index 1 using 1:(10**$2) with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
set tmargin at screen 0.645
set bmargin at screen 0.395
set yrange [1e-10:1e-3]
set ylabel '√v' offset 0.5,0
set format x ''
unset xlabel
set ytics autofreq
set arrow 21 from graph 0, first 2e-08 to graph 1, first 2e-08 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 21 'ε' at graph 0.98, first 2e-08 right offset 0,0.6 front textcolor rgb '#777777' font small
set label 30 'solid: measured, dashed: adiabatic law' at graph 0.98, graph 0.08 right front font small
plot data index 0 using 1:3 with lines linewidth 2.2 linecolor rgb '#D55E00', \
    data index 1 using 1:3 with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
set format y '%g'
set tmargin at screen 0.36
set bmargin at screen 0.11
set yrange [1e-3:300]
set ylabel 'η = αλ/(√v + ε)' offset 0.5,0
set format x '%.0f'
set xlabel 'optimiser steps after the last data gradient'
set arrow 22 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 22 'edge η* = 38' at graph 0.02, first 38 left offset 0,0.6 front textcolor rgb '#777777' font small
set arrow 23 from graph 0, first 25 to graph 1, first 25 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 23 'αλ/ε = 25' at graph 0.98, first 25 right offset 0,-0.7 front textcolor rgb '#777777' font small
plot data index 0 using 1:4 with lines linewidth 2.2 linecolor rgb '#009E73', \
    data index 1 using 1:4 with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
# little memory: αλ/ε = 5, float64
unset object
set lmargin at screen 0.385
set rmargin at screen 0.655
set xrange [0:20000]
set xtics 5000
set format y '10^{%L}'
set object 1 rectangle from 0, graph 0 to 5096, graph 1 behind fillcolor rgb '#EBDDF0' fillstyle solid noborder
set object 2 rectangle from 5096, graph 0 to 15584, graph 1 behind fillcolor rgb '#FBE9C6' fillstyle solid noborder
set object 3 rectangle from 15584, graph 0 to 17419, graph 1 behind fillcolor rgb '#DDF1F1' fillstyle solid noborder
set object 4 rectangle from 17419, graph 0 to 20000, graph 1 behind fillcolor rgb '#E4E4E4' fillstyle solid noborder
set title 'little memory: αλ/ε = 5, float64'
set label 1 'collapse' at 2548, graph 0.93 center front font small
set label 2 '√β₁ a step' at 10340, graph 0.93 center front font small
set label 3 'ε-limited' at 16501.5, graph 0.97 rotate by 90 right front font small
set label 4 'among subnormals' at 18709.5, graph 0.97 rotate by 90 right front font small
set tmargin at screen 0.93
set bmargin at screen 0.68
set yrange [1e-300:1e70]
unset ylabel
set format x ''
unset xlabel

set ytics ('10^{-300}' 1e-300, '10^{-250}' 1e-250, '10^{-200}' 1e-200, '10^{-150}' 1e-150, '10^{-100}' 1e-100, '10^{-50}' 1e-50, '1' 1e0)
plot data index 2 using 1:2 with lines linewidth 2.2 linecolor rgb '#0072B2', \
    data index 3 using 1:(10**$2) with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
set tmargin at screen 0.645
set bmargin at screen 0.395
set yrange [1e-10:1e-3]
unset ylabel
set format x ''
unset xlabel
set ytics autofreq
set arrow 21 from graph 0, first 1e-07 to graph 1, first 1e-07 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 21 'ε' at graph 0.98, first 1e-07 right offset 0,0.6 front textcolor rgb '#777777' font small

plot data index 2 using 1:3 with lines linewidth 2.2 linecolor rgb '#D55E00', \
    data index 3 using 1:3 with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
set format y '%g'
set tmargin at screen 0.36
set bmargin at screen 0.11
set yrange [1e-3:300]
unset ylabel
set format x '%.0f'
set xlabel 'optimiser steps after the last data gradient'
set arrow 22 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 22 'edge η* = 38' at graph 0.02, first 38 left offset 0,0.6 front textcolor rgb '#777777' font small
set arrow 23 from graph 0, first 5 to graph 1, first 5 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 23 'αλ/ε = 5' at graph 0.98, first 5 right offset 0,-0.7 front textcolor rgb '#777777' font small
plot data index 2 using 1:4 with lines linewidth 2.2 linecolor rgb '#009E73', \
    data index 3 using 1:4 with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
# above the edge: αλ/ε = 50, float64
unset object
set lmargin at screen 0.71
set rmargin at screen 0.98
set xrange [0:20000]
set xtics 5000
set format y '10^{%L}'
set object 1 rectangle from 9, graph 0 to 9208, graph 1 behind fillcolor rgb '#FBE9C6' fillstyle solid noborder
set object 2 rectangle from 9208, graph 0 to 11512, graph 1 behind fillcolor rgb '#DDF1F1' fillstyle solid noborder
set object 3 rectangle from 11512, graph 0 to 12846, graph 1 behind fillcolor rgb '#F8DCCB' fillstyle solid noborder
set object 4 rectangle from 12846, graph 0 to 20000, graph 1 behind fillcolor rgb '#D6EDE4' fillstyle solid noborder
set title 'above the edge: αλ/ε = 50, float64'
set label 1 '√β₁ a step' at 4608.5, graph 0.93 center front font small
set label 2 'ε-limited' at 10360, graph 0.97 rotate by 90 right front font small
set label 3 'revival' at 12179, graph 0.97 rotate by 90 right front font small
set label 4 'floor' at 16423, graph 0.93 center front font small
set tmargin at screen 0.93
set bmargin at screen 0.68
set yrange [1e-300:1e70]
unset ylabel
set format x ''
unset xlabel
set arrow 20 from graph 0, first 6.31579e-06 to graph 1, first 6.31579e-06 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 20 'floor: α/η* − ε/λ' at graph 0.15, first 6.31579e-06 left offset 0,-0.7 front textcolor rgb '#777777' font small
set ytics ('10^{-300}' 1e-300, '10^{-250}' 1e-250, '10^{-200}' 1e-200, '10^{-150}' 1e-150, '10^{-100}' 1e-100, '10^{-50}' 1e-50, '1' 1e0)
plot data index 4 using 1:2 with lines linewidth 2.2 linecolor rgb '#0072B2', \
    data index 5 using 1:(10**$2) with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
set tmargin at screen 0.645
set bmargin at screen 0.395
set yrange [1e-10:1e-3]
unset ylabel
set format x ''
unset xlabel
set ytics autofreq
set arrow 21 from graph 0, first 1e-08 to graph 1, first 1e-08 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 21 'ε' at graph 0.98, first 1e-08 right offset 0,0.6 front textcolor rgb '#777777' font small

plot data index 4 using 1:3 with lines linewidth 2.2 linecolor rgb '#D55E00', \
    data index 5 using 1:3 with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
set format y '%g'
set tmargin at screen 0.36
set bmargin at screen 0.11
set yrange [1e-3:300]
unset ylabel
set format x '%.0f'
set xlabel 'optimiser steps after the last data gradient'
set arrow 22 from graph 0, first 38 to graph 1, first 38 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 22 'edge η* = 38' at graph 0.02, first 38 left offset 0,0.6 front textcolor rgb '#777777' font small
set arrow 23 from graph 0, first 50 to graph 1, first 50 nohead front dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 23 'αλ/ε = 50' at graph 0.98, first 50 right offset 0,0.6 front textcolor rgb '#777777' font small
plot data index 4 using 1:4 with lines linewidth 2.2 linecolor rgb '#009E73', \
    data index 5 using 1:4 with lines linewidth 1.2 dashtype (5,3) linecolor rgb '#000000'
unset label
unset arrow
unset title
unset multiplot
