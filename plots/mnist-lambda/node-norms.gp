# node-norms: L2 norm of the incoming weights of every node, bias left out; 249 nodes alive at the end, 751 dead.
# Lines are thinned where the eye can't tell; a line that leaves through the bottom is at zero or below 10^-37.
# Run `gnuplot node-norms.gp` in this folder; it reads node-norms.dat.
set encoding utf8
set terminal svg enhanced size 720,460 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'node-norms.svg'
data = 'node-norms.dat'
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
set xlabel 'optimiser step'
set xrange [0:93800]
set xtics nomirror
set format x '%.0s%c'
set xtics 20000
set x2label 'epoch'
set x2range [0:100]
set x2tics nomirror
set x2tics 20
set ylabel 'norm of incoming weights' offset 1,0
set logscale y 10
set yrange [1e-37:1e1]
set ytics 1e5
set format y '10^{%L}'
set rmargin 10
set key outside bottom center horizontal height 0.7 samplen 2
set arrow from graph 0, first 1e-15 to graph 1, first 1e-15 nohead back dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 'ξ = 10^{-15}' at graph 1.01, first 1e-15 left textcolor rgb '#777777' font small
set arrow from graph 0, first 1e-08 to graph 1, first 1e-08 nohead back dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 'ξ = 10^{-8}' at graph 1.01, first 1e-08 left textcolor rgb '#777777' font small
set arrow from graph 0, first 1e-05 to graph 1, first 1e-05 nohead back dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 'ξ = 10^{-5}' at graph 1.01, first 1e-05 left textcolor rgb '#777777' font small
set arrow from graph 0, first 0.001 to graph 1, first 0.001 nohead back dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 'ξ = 10^{-3}' at graph 1.01, first 0.001 left textcolor rgb '#777777' font small
plot data index 0 using 1:2 with lines linewidth 1 linecolor rgb '#CC0072B2', \
    data index 1 using 1:2 with lines linewidth 1 linecolor rgb '#CCD55E00', \
    NaN with lines linewidth 2 linecolor rgb '#0072B2' title 'alive at the end (249)', \
    NaN with lines linewidth 2 linecolor rgb '#D55E00' title 'dead at the end (751)'
