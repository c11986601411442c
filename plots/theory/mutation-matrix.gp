# mutation-matrix: which claims each mutated optimiser turns to violated; the row 'none' is the unmutated optimiser.
# A mutation that no claim catches would mean that a claim is missing.
# Run `gnuplot mutation-matrix.gp` in this folder; it reads mutation-matrix.dat.
set encoding utf8
set terminal svg enhanced size 1446,560 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'mutation-matrix.svg'
data = 'mutation-matrix.dat'
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
set xrange [-0.5:27.5]
set yrange [-0.5:14.5]
set xtics rotate by 45 right noenhanced ('B0' 0, 'B2' 1, 'B3' 2, 'B4' 3, 'B5' 4, 'B6' 5, 'B7' 6, 'B8' 7, 'B9' 8, 'B9-cycle' 9, 'B10' 10, 'B10-bound' 11, 'B11' 12, 'B11-adamax' 13, 'B11-floors' 14, 'B12' 15, 'A1' 16, 'A2' 17, 'A3' 18, 'A3-silence' 19, 'A5' 20, 'A5-bias' 21, 'A6' 22, 'B1' 23, 'B1-recursion' 24, 'C2' 25, 'C3' 26, 'D6' 27) font small
set ytics noenhanced ('none' 14, 'epsilon-inside-root' 13, 'first-moment-uncorrected' 12, 'second-moment-uncorrected' 11, 'betas-swapped' 10, 'decay-decoupled' 9, 'second-moment-unsquared' 8, 'amsgrad-maximum-of-corrected' 7, 'amsgrad-maximum-of-first-moment' 6, 'one-sign-flipped' 5, 'l2-twice' 4, 'relu-leaks' 3, 'learning-rate-inside-buffer' 2, 'schedule-an-epoch-early' 1, 'moments-reset-at-drop' 0) font small
set xlabel 'claim'
set palette maxcolors 3 defined (0 '#E8EEF2', 1 '#D55E00', 2 '#FFFFFF')
set cbrange [-0.5:2.5]
unset colorbox
set key outside top center horizontal samplen 1 spacing 1.2 height 0.5
set arrow from 0.5,-0.5 to 0.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 1.5,-0.5 to 1.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 2.5,-0.5 to 2.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 3.5,-0.5 to 3.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 4.5,-0.5 to 4.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 5.5,-0.5 to 5.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 6.5,-0.5 to 6.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 7.5,-0.5 to 7.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 8.5,-0.5 to 8.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 9.5,-0.5 to 9.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 10.5,-0.5 to 10.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 11.5,-0.5 to 11.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 12.5,-0.5 to 12.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 13.5,-0.5 to 13.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 14.5,-0.5 to 14.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 15.5,-0.5 to 15.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 16.5,-0.5 to 16.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 17.5,-0.5 to 17.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 18.5,-0.5 to 18.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 19.5,-0.5 to 19.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 20.5,-0.5 to 20.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 21.5,-0.5 to 21.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 22.5,-0.5 to 22.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 23.5,-0.5 to 23.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 24.5,-0.5 to 24.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 25.5,-0.5 to 25.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from 26.5,-0.5 to 26.5,14.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,0.5 to 27.5,0.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,1.5 to 27.5,1.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,2.5 to 27.5,2.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,3.5 to 27.5,3.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,4.5 to 27.5,4.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,5.5 to 27.5,5.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,6.5 to 27.5,6.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,7.5 to 27.5,7.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,8.5 to 27.5,8.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,9.5 to 27.5,9.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,10.5 to 27.5,10.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,11.5 to 27.5,11.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,12.5 to 27.5,12.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
set arrow from -0.5,13.5 to 27.5,13.5 nohead front linewidth 1 linecolor rgb '#BBBBBB'
plot data matrix with image, \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#E8EEF2' title 'not violated', \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#D55E00' title 'violated: the mutation is caught', \
    NaN with points pointtype 4 pointsize 1.6 linecolor rgb '#777777' title 'not testable'
