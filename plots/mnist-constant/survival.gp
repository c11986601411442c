# survival: Kaplan–Meier estimate of the nodes still alive, by the step of their final death; nodes alive at the end are censored there.
# Bands: pointwise 95 % log–log intervals. The nodes of one run depend on each other, so a band describes this run and is no
# confidence interval for others: that takes several seeds.
# Run `gnuplot survival.gp` in this folder; it reads survival.dat.
set encoding utf8
set terminal svg enhanced size 720,460 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'survival.svg'
data = 'survival.dat'
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
set ylabel 'share of nodes'
set yrange [0:1.02]
set key bottom left Left reverse samplen 2
plot data index 0 using 1:3:4 with filledcurves linecolor rgb '#CC0072B2', \
    data index 0 using 1:2 with lines linewidth 2 linecolor rgb '#0072B2' title 'alive (of 1000 nodes)'
