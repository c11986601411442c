# sweep-zeroNodes: zeroNodes against depth
# mean over seeds with its 95 % interval (Student), where there are two runs or more.
# Run `gnuplot sweep-zeroNodes.gp` in this folder; it reads sweep-zeroNodes.dat.
set encoding utf8
set terminal svg enhanced size 720,460 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'sweep-zeroNodes.svg'
data = 'sweep-zeroNodes.dat'
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
set xlabel 'depth' noenhanced
set ylabel 'zeroNodes' noenhanced
set xtics ('1' 1, '2' 2, '3' 3, '4' 4)
set xrange [0.88:4.12]
set offsets 0, 0, graph 0.05, graph 0.05
set yrange [0:]
unset key
plot data index 0 using 1:2:3:4 with yerrorbars pointtype 7 pointsize 0.6 linewidth 1.2 linecolor rgb '#0072B2' dashtype 1, \
    data index 0 using 1:2 with lines linewidth 1.8 linecolor rgb '#0072B2' dashtype 1
