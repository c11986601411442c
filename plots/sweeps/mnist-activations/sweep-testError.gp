# sweep-testError: testError by network.2
# mean over seeds with its 95 % interval (Student), where there are two runs or more.
# Run `gnuplot sweep-testError.gp` in this folder; it reads sweep-testError.dat.
set encoding utf8
set terminal svg enhanced size 720,460 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'sweep-testError.svg'
data = 'sweep-testError.dat'
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
set xlabel 'network.2' noenhanced
set ylabel 'testError' noenhanced
set xrange [-0.5:4.5]
set offsets 0, 0, graph 0.05, graph 0.05
set yrange [0:]
set xtics rotate by 30 right noenhanced ('relu' 0, 'leakyRelu' 1, 'elu' 2, 'tanh' 3, 'sigmoid' 4)
plot data using 1:2:3:4 with yerrorbars pointtype 7 pointsize 0.8 linewidth 1.5 linecolor rgb '#0072B2'
