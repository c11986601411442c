# sweep-testError: testError by optimizer and network.2
# mean over seeds with its 95 % interval (Student), where there are two runs or more.
# Run `gnuplot sweep-testError.gp` in this folder; it reads sweep-testError.dat.
set encoding utf8
set terminal svg enhanced size 640,544 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
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
unset grid
set border 15
set tics scale 0
set title 'testError' noenhanced
set xrange [-0.5:4.5]
set yrange [-0.5:8.5]
set xtics noenhanced ('relu' 0, 'leakyRelu' 1, 'elu' 2, 'tanh' 3, 'sigmoid' 4)
set ytics noenhanced ('adam' 0, 'adamw' 1, 'nadam' 2, 'adamax' 3, 'amsgrad' 4, 'rmsprop' 5, 'adagrad' 6, 'momentum' 7, 'sgd' 8)
set palette defined (0 '#F4F7FA', 0.5 '#56B4E9', 1 '#0072B2')
set cbrange [0.0505556:0.0961111]
unset colorbox
set label "0.0672\n± 0.0075" at 0,8 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0683\n± 0.0072" at 1,8 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.08\n± 0.0079" at 2,8 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0789\n± 0.0079" at 3,8 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0933\n± 0.0058" at 4,8 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0656\n± 0.0046" at 0,7 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0661\n± 0.0038" at 1,7 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0806\n± 0.0042" at 2,7 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0811\n± 0.0045" at 3,7 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0917\n± 0.0024" at 4,7 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0667\n± 0.0073" at 0,6 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0667\n± 0.0065" at 1,6 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0806\n± 0.0081" at 2,6 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0789\n± 0.0046" at 3,6 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.095\n± 0.0029" at 4,6 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0594\n± 0.012" at 0,5 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0656\n± 0.0079" at 1,5 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0617\n± 0.013" at 2,5 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0917\n± 0.021" at 3,5 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0806\n± 0.012" at 4,5 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.06\n± 0.0087" at 0,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0506\n± 0.017" at 1,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.06\n± 0.012" at 2,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0961\n± 0.035" at 3,4 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0683\n± 0.018" at 4,4 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0644\n± 0.0082" at 0,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.06\n± 0.0067" at 1,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0661\n± 0.0066" at 2,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.075\n± 0.0081" at 3,3 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0811\n± 0.017" at 4,3 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0606\n± 0.012" at 0,2 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0678\n± 0.029" at 1,2 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0806\n± 0.04" at 2,2 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0806\n± 0.033" at 3,2 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0839\n± 0.028" at 4,2 center offset 0,0.5 front font small textcolor rgb '#FFFFFF'
set label "0.0556\n± 0.0094" at 0,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0656\n± 0.016" at 1,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0656\n± 0.0079" at 2,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0728\n± 0.0086" at 3,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0711\n± 0.0087" at 4,1 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0739\n± 0.041" at 0,0 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0722\n± 0.021" at 1,0 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0772\n± 0.017" at 2,0 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0756\n± 0.017" at 3,0 center offset 0,0.5 front font small textcolor rgb '#111111'
set label "0.0767\n± 0.025" at 4,0 center offset 0,0.5 front font small textcolor rgb '#111111'
plot data matrix using 1:2:(0.5):(0.5):3 with boxxyerror linecolor palette
