# predicted-measured: steps until a dead weight under Adam stays below 1e-15: laboratory (float64) against the adiabatic law.
# 500 weights are drawn for each range of β from the ranges of the theory notes; shown are those with αλ/ε under 0.9 of the edge
# whose passage is foretold within 20000 steps and seen. Below: the relative error of the law.
# Nodes of trained networks: the norm of the incoming weights, from the state at the node's death.
# Run `gnuplot predicted-measured.gp` in this folder; it reads predicted-measured.dat.
set encoding utf8
set terminal svg enhanced size 720,620 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'predicted-measured.svg'
data = 'predicted-measured.dat'
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
set xrange [10:30000]
set lmargin at screen 0.15
set rmargin at screen 0.97
set tmargin at screen 0.965
set bmargin at screen 0.39
set logscale y 10
set yrange [10:30000]
set format x ''
set format y '10^{%L}'
set ylabel 'measured passage of 10^{-15}, steps'
set key top left Left reverse samplen 1
plot x with lines linewidth 1 linecolor rgb '#000000' title 'measured = predicted', \
    data index 1 using 1:2 with points pointtype 7 pointsize 0.35 linecolor rgb '#4DE69F00' title 'β₁ 0…0.99, β₂ 0.9…0.9999: 174 passages, 95 % within 2.2 %', \
    data index 0 using 1:2 with points pointtype 7 pointsize 0.35 linecolor rgb '#4D0072B2' title 'β = (0.9, 0.999): 203 passages, 95 % within 2.6 %', \
    data index 2 using 1:2 with points pointtype 7 pointsize 0.35 linecolor rgb '#4D009E73' title 'dead nodes, digits: 529 passages, 95 % within 2.6 %', \
    data index 3 using 1:2 with points pointtype 7 pointsize 0.35 linecolor rgb '#4DCC79A7' title 'dead nodes, MNIST: 380 passages, 95 % within 3.6 %'
set tmargin at screen 0.355
set bmargin at screen 0.115
unset logscale y
set key off
set format x '10^{%L}'
set xlabel 'passage by the adiabatic law, steps'
set ylabel 'error of the law'
set format y '%.0f %%'
set yrange [-88:88]
plot 0 with lines linewidth 1 linecolor rgb '#000000', \
    data index 1 using 1:(100*($1/$2-1)) with points pointtype 7 pointsize 0.35 linecolor rgb '#4DE69F00', \
    data index 0 using 1:(100*($1/$2-1)) with points pointtype 7 pointsize 0.35 linecolor rgb '#4D0072B2', \
    data index 2 using 1:(100*($1/$2-1)) with points pointtype 7 pointsize 0.35 linecolor rgb '#4D009E73', \
    data index 3 using 1:(100*($1/$2-1)) with points pointtype 7 pointsize 0.35 linecolor rgb '#4DCC79A7'
unset multiplot
