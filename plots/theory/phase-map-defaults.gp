# phase-map-defaults: fate of a dead weight under Adam over λ and ε at α = 1e-3, β = (0.9, 0.999), a simulation a cell (float64, 12000 steps).
# It starts at 1e-10 with empty moments; zero: below 1e-15 to the end; floor: above the start; the rest decays too slowly.
# Line: the law's edge αλ/ε = 38. Dots: where the defaults cross it.
# Run `gnuplot phase-map-defaults.gp` in this folder; it reads phase-map-defaults.dat.
set encoding utf8
set terminal svg enhanced size 720,480 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'phase-map-defaults.svg'
data = 'phase-map-defaults.dat'
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
set xlabel 'λ, the coefficient of L2 (α = 10^{-3})'
set ylabel 'ε'
unset grid
set border 15
set xrange [-6:-1]
set yrange [-11:-5]
set palette maxcolors 4 defined (0 '#56B4E9', 1 '#E69F00', 2 '#F6D9A0', 3 '#DDDDDD')
set cbrange [-0.5:3.5]
unset colorbox
set key outside bottom center horizontal samplen 1.2 spacing 1.2 height 0.5 font small
set format x '10^{%.0f}'
set format y '10^{%.0f}'
set xtics 1
set ytics 1
set arrow 2 from -6,-8 to -1,-8 nohead front \
    dashtype (6,4) linewidth 1.2 linecolor rgb '#000000'
set label 2 'PyTorch: ε = 10^{-8}' at graph 0.015, first -8 left offset 0,0.6 front font small
set label 3 'λ = 3.8·10^{-4}' at -3.42022,-8 left offset 0.8,-0.7 front font small point pointtype 7 pointsize 0.7
set arrow 4 from -6,-7 to -1,-7 nohead front \
    dashtype (6,4) linewidth 1.2 linecolor rgb '#000000'
set label 4 'TensorFlow, Keras: ε = 10^{-7}' at graph 0.015, first -7 left offset 0,0.6 front font small
set label 5 'λ = 3.8·10^{-3}' at -2.42022,-7 left offset 0.8,-0.7 front font small point pointtype 7 pointsize 0.7
plot data index 0 matrix using (-6 + ($1 + 0.5) * 0.0666666667):(-11 + ($2 + 0.5) * 0.1):3 with image, \
    data index 1 using 1:2 with lines linewidth 2.5 linecolor rgb '#000000' title 'law: αλ/ε = 38', \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#56B4E9' title 'goes to zero', \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#E69F00' title 'stays at a floor', \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#DDDDDD' title 'neither in 12000 steps'
