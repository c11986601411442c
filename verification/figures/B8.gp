# B8: B8: measured against predicted, 297 of the 297 rows of its table.
# 95 % of them within 0.417 %. Below: the relative error of the law, 2 of them beyond the axis.
# Run `gnuplot B8.gp` in this folder; it reads B8.dat.
set encoding utf8
set terminal svg enhanced size 720,620 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'B8.svg'
data = 'B8.dat'
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
set multiplot
set logscale x 10
set xrange [37.3333:34236]
set lmargin at screen 0.15
set rmargin at screen 0.97
set tmargin at screen 0.965
set bmargin at screen 0.39
set logscale y 10
set yrange [37.3333:34236]
set format x ''
set format y '10^{%L}'
set ylabel 'B8: measured'
set key top left Left reverse samplen 1
plot x with lines linewidth 1 linecolor rgb '#000000' title 'measured = predicted', \
    data index 0 using 1:2 with points pointtype 7 pointsize 0.35 linecolor rgb '#4D0072B2' title 'inside the law''s bound: 288', \
    data index 1 using 1:2 with points pointtype 8 pointsize 0.7 linecolor rgb '#00D55E00' title 'outside of it: 9'
set tmargin at screen 0.355
set bmargin at screen 0.115
unset logscale y
set key off
set format x '10^{%L}'
set xlabel 'predicted'
set ylabel 'error of the law'
set format y '%.0f %%'
set yrange [-4:4]
plot 0 with lines linewidth 1 linecolor rgb '#000000', \
    data index 0 using 1:(100*($1/$2-1)) with points pointtype 7 pointsize 0.35 linecolor rgb '#4D0072B2', \
    data index 1 using 1:(100*($1/$2-1)) with points pointtype 8 pointsize 0.7 linecolor rgb '#00D55E00'
unset multiplot
