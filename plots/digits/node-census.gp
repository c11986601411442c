# node-census: Nodes of all hidden layers that are dead (silent on every batch of a whole epoch, certified, or under the smallest ξ), and nodes
# whose norm of incoming weights lies under each threshold ξ, at the end of each epoch. Dashed: the learning rate changed.
# Run `gnuplot node-census.gp` in this folder; it reads node-census.dat.
set encoding utf8
set terminal svg enhanced size 720,460 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'node-census.svg'
data = 'node-census.dat'
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
set xrange [0:30000]
set xtics nomirror
set format x '%.0s%c'
set xtics 5000
set x2label 'epoch'
set x2range [0:1305]
set x2tics nomirror
set x2tics 500
set ylabel 'nodes'
set yrange [0:70.8]

set key bottom right Left reverse samplen 2 opaque fillcolor rgb '#FFFFFF'
set label 'αλ/ε = 10: zero' at first 15000, graph 0.965 center front font small textcolor rgb '#D55E00'
plot data index 0 using 1:2 with lines linewidth 3 linecolor rgb '#777777' title 'dead', \
    data index 0 using 1:3 with lines linewidth 2 linecolor rgb '#56B4E9' title 'norm under 10^{-5}', \
    data index 0 using 1:4 with lines linewidth 2 linecolor rgb '#009E73' title 'norm under 10^{-8}', \
    data index 0 using 1:5 with lines linewidth 2 linecolor rgb '#E69F00' title 'norm under 10^{-15}'
