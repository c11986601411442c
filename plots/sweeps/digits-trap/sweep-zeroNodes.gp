# sweep-zeroNodes: zeroNodes by setUp and precision
# mean over seeds with its 95 % interval (Student), where there are two runs or more.
# Run `gnuplot sweep-zeroNodes.gp` in this folder; it reads sweep-zeroNodes.dat.
set encoding utf8
set terminal svg enhanced size 480,176 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
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
unset grid
set border 15
set tics scale 0
set title 'zeroNodes' noenhanced
set xrange [-0.5:1.5]
set yrange [-0.5:0.5]
set xtics noenhanced ('float32' 0, 'float64' 1)
set ytics noenhanced ('rmsprop' 0)
set palette defined (0 '#F4F7FA', 0.5 '#56B4E9', 1 '#0072B2')
set cbrange [0:40.4]
unset colorbox
set label "40.4\n± 6.4" at 0,0 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0\n± 0" at 1,0 center offset 0,0.5 front font small textcolor rgb '#111111'
plot data matrix using 1:2:(0.5):(0.5):3 with boxxyerror linecolor palette
