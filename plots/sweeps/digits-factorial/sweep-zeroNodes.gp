# sweep-zeroNodes: zeroNodes by optimizer and network.2
# mean over seeds with its 95 % interval (Student), where there are two runs or more.
# Run `gnuplot sweep-zeroNodes.gp` in this folder; it reads sweep-zeroNodes.dat.
set encoding utf8
set terminal svg enhanced size 640,544 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
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
set xrange [-0.5:4.5]
set yrange [-0.5:8.5]
set xtics noenhanced ('relu' 0, 'leakyRelu' 1, 'elu' 2, 'tanh' 3, 'sigmoid' 4)
set ytics noenhanced ('adam' 0, 'adamw' 1, 'nadam' 2, 'adamax' 3, 'amsgrad' 4, 'rmsprop' 5, 'adagrad' 6, 'momentum' 7, 'sgd' 8)
set palette defined (0 '#F4F7FA', 0.5 '#56B4E9', 1 '#0072B2')
set cbrange [0:25]
unset colorbox
set label "0\n± 0" at 0,8 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 1,8 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,8 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,8 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,8 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 0,7 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 1,7 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,7 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,7 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,7 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 0,6 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 1,6 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,6 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,6 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,6 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 0,5 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 1,5 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,5 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,5 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,5 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 0,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 1,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 0,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 1,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "14.6\n± 2.3" at 0,2 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 1,2 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,2 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,2 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,2 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 0,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 1,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "25\n± 2.8" at 0,0 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0\n± 0" at 1,0 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 2,0 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 3,0 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0\n± 0" at 4,0 center offset 0,0.5 front font small textcolor rgb '#111111'
plot data matrix using 1:2:(0.5):(0.5):3 with boxxyerror linecolor palette
