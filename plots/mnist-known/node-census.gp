# node-census: Nodes of all hidden layers that are dead (silent on every batch of a whole epoch, certified, or under the smallest ξ), and nodes
# whose norm of incoming weights lies under each threshold ξ, at the end of each epoch. Dashed: the learning rate changed.
# Triangles: the bounds that were predicted, in the colour of what they bound: filled upward at least, open downward at most;
# a cross where a count breaks its bound. Band: when dead nodes were predicted to be back above ξ.
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
set xrange [0:93800]
set xtics nomirror
set format x '%.0s%c'
set xtics 20000
set x2label 'epoch'
set x2range [0:100]
set x2tics nomirror
set x2tics 20
set ylabel 'nodes'
set yrange [0:809.48]

set key bottom right Left reverse samplen 2 opaque fillcolor rgb '#FFFFFF'
set arrow from first 23450, graph 0 to first 23450, graph 1 nohead back dashtype (6,4) linecolor rgb '#777777'
set arrow from first 46900, graph 0 to first 46900, graph 1 nohead back dashtype (6,4) linecolor rgb '#777777'
set arrow from first 70350, graph 0 to first 70350, graph 1 nohead back dashtype (6,4) linecolor rgb '#777777'
set label 'αλ/ε = 50: floor' at first 11725, graph 0.965 center front font small textcolor rgb '#0072B2'
set label 'αλ/ε = 25: zero' at first 35175, graph 0.965 center front font small textcolor rgb '#D55E00'
set label 'αλ/ε = 12.5: zero' at first 58625, graph 0.965 center front font small textcolor rgb '#D55E00'
set label 'αλ/ε = 6.25: zero' at first 82075, graph 0.965 center front font small textcolor rgb '#D55E00'
plot data index 0 using 1:2 with lines linewidth 3 linecolor rgb '#777777' title 'dead', \
    data index 0 using 1:3 with lines linewidth 2 linecolor rgb '#56B4E9' title 'norm under 10^{-3}', \
    data index 0 using 1:4 with lines linewidth 2 linecolor rgb '#009E73' title 'norm under 10^{-5}', \
    data index 0 using 1:5 with lines linewidth 2 linecolor rgb '#E69F00' title 'norm under 10^{-8}', \
    data index 0 using 1:6 with lines linewidth 2 linecolor rgb '#D55E00' title 'norm under 10^{-15}', \
    data index 1 using 1:2:3 with points pointtype 9 pointsize 1.1 linewidth 1.5 linecolor rgb variable,     NaN with points pointtype 9 pointsize 1.1 linewidth 1.5 linecolor rgb '#000000' title 'predicted: at least', \
    data index 2 using 1:2:3 with points pointtype 10 pointsize 1.1 linewidth 1.5 linecolor rgb variable,     NaN with points pointtype 10 pointsize 1.1 linewidth 1.5 linecolor rgb '#000000' title 'predicted: at most', \
    data index 3 using 1:2:3 with points pointtype 2 pointsize 1.1 linewidth 1.5 linecolor rgb variable,     NaN with points pointtype 2 pointsize 1.1 linewidth 1.5 linecolor rgb '#000000' title 'breaks its prediction'
