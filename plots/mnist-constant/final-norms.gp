# final-norms: norms of the incoming weights of 1000 nodes at the end of the run, in bins of 0.1 decades.
# Bars at the far left, off the log axis: 0 nodes with a norm of exactly zero, 0 with a positive one below 10^-45.
# Run `gnuplot final-norms.gp` in this folder; it reads final-norms.dat.
set encoding utf8
set terminal svg enhanced size 720,460 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'final-norms.svg'
data = 'final-norms.dat'
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
half = 0.05 * 0.92
set xlabel 'norm of incoming weights at the end'
set ylabel 'nodes'
set xrange [-6:1]
set yrange [0:*]
set offsets 0,0,graph 0.05,0
set xtics ('10^{-6}' -6, '10^{-5}' -5, '10^{-4}' -4, '10^{-3}' -3, '10^{-2}' -2, '10^{-1}' -1, '10^{0}' 0, '10^{1}' 1) nomirror

set key outside bottom center horizontal height 0.7 samplen 1
set arrow from first -5, graph 0 to first -5, graph 1 nohead back dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 'ξ = 10^{-5}' at first -5, graph 0.985 rotate by 90 right offset -0.7,0 front     textcolor rgb '#777777' font small
set arrow from first -3, graph 0 to first -3, graph 1 nohead back dashtype (6,4) linewidth 1 linecolor rgb '#777777'
set label 'ξ = 10^{-3}' at first -3, graph 0.985 rotate by 90 right offset -0.7,0 front     textcolor rgb '#777777' font small
plot data using 1:((0+column(2))):($1-half):($1+half):(0):(0+column(2)) with boxxyerror linecolor rgb '#56B4E9' title 'alive', \
    data using 1:((0+column(2)+column(3))):($1-half):($1+half):(0+column(2)):(0+column(2)+column(3)) with boxxyerror linecolor rgb '#E69F00' title 'dead on the data', \
    data using 1:((0+column(2)+column(3)+column(4))):($1-half):($1+half):(0+column(2)+column(3)):(0+column(2)+column(3)+column(4)) with boxxyerror linecolor rgb '#D55E00' title 'certified dead', \
    data using 1:((0+column(2)+column(3)+column(4)+column(5))):($1-half):($1+half):(0+column(2)+column(3)+column(4)):(0+column(2)+column(3)+column(4)+column(5)) with boxxyerror linecolor rgb '#000000' title 'norm below smallest ξ'
