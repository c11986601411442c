# comparisons-level-2: comparisons of the claims, level 2, planted networks.
# Each measured value, with its 95 % interval, relative to the range that the law accepts, whose ends are at -1 and 1: linear where there are two
# ends; with one end alone, infinity is the other, and 0 or twice the end (the measured value if the end is 0) the middle. What lies farther out
# than the frame is at its edge. What decides is each comparison's test: by chance a supported law may measure a little outside.
# Run `gnuplot comparisons-level-2.gp` in this folder; it reads comparisons-level-2.dat.
set encoding utf8
set terminal svg enhanced size 1400,781 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'comparisons-level-2.svg'
data = 'comparisons-level-2.dat'
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
set border 0
set lmargin at screen 0.575
set rmargin at screen 0.79
set tmargin at screen 0.93854
set bmargin at screen 0.0460948
set xrange [-2.7:2.7]
set yrange [0.4:41.6]
set xtics ('' -1, '' 1) scale 0
unset ytics
set object 1 rectangle from -1,0.4 to 1,41.6 behind fillcolor rgb '#E3F0E9' fillstyle solid noborder
set label 'accepted' at 0, screen 0.0204866 center
set label 'active nodes with a gradient entry whose sign is not δ''s, without batch normalisation' at screen 0.565, first 41 right noenhanced font small
set label '0  (none of 6096)' at screen 0.8, first 41 left noenhanced font small
set label 'nodes with z ≤ 0 that have a data gradient, without batch normalisation' at screen 0.565, first 40 right noenhanced font small
set label '0  (none of 6704)' at screen 0.8, first 40 left noenhanced font small
set label 'nodes behind batch normalisation with one sign of δ throughout a batch' at screen 0.565, first 39 right noenhanced font small
set label '0  (none of 1600)' at screen 0.8, first 39 left noenhanced font small
set label 'first nodes behind batch normalisation whose weights'' gradients differ in sign' at screen 0.565, first 38 right noenhanced font small
set label '1  (at least 99 %)' at screen 0.8, first 38 left noenhanced font small
set label 'nodes that don''t die within a step of the predicted one under Adam' at screen 0.565, first 37 right noenhanced font small
set label '0  (none of 720)' at screen 0.8, first 37 left noenhanced font small
set label 'change of the relative death time per decade of δ under Adam' at screen 0.565, first 36 right noenhanced font small
set label '-1.83e-05  (0.0 ± 0.001025)' at screen 0.8, first 36 left noenhanced font small
set label 'nodes that don''t die within a step of the predicted one under SGD' at screen 0.565, first 35 right noenhanced font small
set label '0  (none of 360)' at screen 0.8, first 35 left noenhanced font small
set label 'power of δ in the death time under SGD' at screen 0.565, first 34 right noenhanced font small
set label '-0.998  (-1.0 ± 0.007005)' at screen 0.8, first 34 left noenhanced font small
set label 'weights that one burst doesn''t carry as far as predicted' at screen 0.565, first 33 right noenhanced font small
set label '0  (none of 1440)' at screen 0.8, first 33 left noenhanced font small
set label 'change of measured over predicted displacement per decade of |g|' at screen 0.565, first 32 right noenhanced font small
set label '0.000163  (0.0 ± 0.001726)' at screen 0.8, first 32 left noenhanced font small
set label 'weights that pass |b|/‖x‖₁ within the law''s error bound of the predicted step after the burst' at screen 0.565, first 31 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 31 left noenhanced font small
set label 'nodes that a second burst finds active, or gives a gradient, after their critical silence' at screen 0.565, first 30 right noenhanced font small
set label '0  (none of 240)' at screen 0.8, first 30 left noenhanced font small
set label 'nodes that the first burst finds silent' at screen 0.565, first 29 right noenhanced font small
set label '0  (none of 240)' at screen 0.8, first 29 left noenhanced font small
set label 'nodes with b > 0 that revive more than a step from where the exac …  it, or one without the other' at screen 0.565, first 28 right noenhanced font small
set label '0  (none of 240)' at screen 0.8, first 28 left noenhanced font small
set label 'revived nodes whose pre-activation differs from b by more than th … ch, on some sample at the end' at screen 0.565, first 27 right noenhanced font small
set label '0  (none of 240)' at screen 0.8, first 27 left noenhanced font small
set label 'nodes with b + Σ|w_j| ≤ 0 for all their weights to come that wake' at screen 0.565, first 26 right noenhanced font small
set label '0  (none of 240)' at screen 0.8, first 26 left noenhanced font small
set label 'other nodes with b < 0 that wake at or after the step from which b + Σ|w_j| ≤ 0' at screen 0.565, first 25 right noenhanced font small
set label '0  (none of 239)' at screen 0.8, first 25 left noenhanced font small
set label 'nodes that wake though αλ_b/ε is below the oscillation window' at screen 0.565, first 24 right noenhanced font small
set label '0  (none of 140)' at screen 0.8, first 24 left noenhanced font small
set label 'nodes that wake before the step from which the law lets the bias overshoot' at screen 0.565, first 23 right noenhanced font small
set label '0  (none of 260)' at screen 0.8, first 23 left noenhanced font small
set label 'nodes that wake at another step than the exact recursion''s first b > 0, or one without the other' at screen 0.565, first 22 right noenhanced font small
set label '0  (none of 400)' at screen 0.8, first 22 left noenhanced font small
set label 'weights behind LeakyReLU that don''t rest at −ḡ/λ to 1e-6' at screen 0.565, first 21 right noenhanced font small
set label '0  (none of 960)' at screen 0.8, first 21 left noenhanced font small
set label 'weights behind ReLU that stop above 1e-15' at screen 0.565, first 20 right noenhanced font small
set label '0  (none of 960)' at screen 0.8, first 20 left noenhanced font small
set label 'slope of ln|w| at rest on ln(|ḡ|/λ)' at screen 0.565, first 19 right noenhanced font small
set label '1  (1.0 ± 1e-06)' at screen 0.8, first 19 left noenhanced font small
set label 'silent nodes with a data gradient of their own other than 0.0, over all steps' at screen 0.565, first 18 right noenhanced font small
set label '0  (none of 31294)' at screen 0.8, first 18 left noenhanced font small
set label 'silent nodes of activation 0 with a data gradient of outgoing wei … ther than 0.0, over all steps' at screen 0.565, first 17 right noenhanced font small
set label '0  (none of 31294)' at screen 0.8, first 17 left noenhanced font small
set label 'active nodes without a data gradient, over all steps' at screen 0.565, first 16 right noenhanced font small
set label '0  (none of 26306)' at screen 0.8, first 16 left noenhanced font small
set label 'incoming weights of dead nodes that leave the recursion, or whose moments do' at screen 0.565, first 15 right noenhanced font small
set label '0  (none of 1920)' at screen 0.8, first 15 left noenhanced font small
set label 'outgoing weights of dead nodes that leave the recursion, or whose moments do' at screen 0.565, first 14 right noenhanced font small
set label '0  (none of 768)' at screen 0.8, first 14 left noenhanced font small
set label 'planted nodes that are not certified as they were planted: by box … on, or by neither on the data' at screen 0.565, first 13 right noenhanced font small
set label '0  (none of 384)' at screen 0.8, first 13 left noenhanced font small
set label 'dead nodes whose incoming weights all pass 1e-15 within the window of their spread' at screen 0.565, first 12 right noenhanced font small
set label '0.997  (at least 95 %)' at screen 0.8, first 12 left noenhanced font small
set label 'dead weights that pass 1e-15 within the law''s error bound of the predicted step' at screen 0.565, first 11 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 11 left noenhanced font small
set label 'weights of living nodes on varying inputs that pass 1e-15' at screen 0.565, first 10 right noenhanced font small
set label '0  (none of 2493)' at screen 0.8, first 10 left noenhanced font small
set label 'weights on the constantly zero input that pass at another step than the exact recursion''s' at screen 0.565, first 9 right noenhanced font small
set label '0  (none of 640)' at screen 0.8, first 9 left noenhanced font small
set label 'planted dead nodes that are active at some step' at screen 0.565, first 8 right noenhanced font small
set label '0  (none of 320)' at screen 0.8, first 8 left noenhanced font small
set label 'outgoing weights of dead nodes that pass 1e-15 within the law''s error bound of the predicted step' at screen 0.565, first 7 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 7 left noenhanced font small
set label 'dead nodes with a weight on either side that has not passed 1e-15' at screen 0.565, first 6 right noenhanced font small
set label '0  (none of 320)' at screen 0.8, first 6 left noenhanced font small
set label 'outgoing weights of living nodes that pass 1e-15' at screen 0.565, first 5 right noenhanced font small
set label '0  (none of 538)' at screen 0.8, first 5 left noenhanced font small
set label 'nodes certified on the box (ii) that some input or batch wakes' at screen 0.565, first 4 right noenhanced font small
set label '0  (none of 6273)' at screen 0.8, first 4 left noenhanced font small
set label 'nodes certified for any signs (A5 i) that some input or batch wakes' at screen 0.565, first 3 right noenhanced font small
set label '0  (none of 6972)' at screen 0.8, first 3 left noenhanced font small
set label 'nodes certified on batches (iii) that some input or batch wakes' at screen 0.565, first 2 right noenhanced font small
set label '0  (none of 7359)' at screen 0.8, first 2 left noenhanced font small
set label 'nodes certified for small weights (iv) that some input or batch wakes' at screen 0.565, first 1 right noenhanced font small
set label '0  (none of 6045)' at screen 0.8, first 1 left noenhanced font small
set label 'A1' at screen 0.008, first 41 noenhanced textcolor rgb '#000000'
set label 'A2' at screen 0.008, first 37 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 37.5 to screen 0.995, first 37.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'A3' at screen 0.008, first 33 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 33.5 to screen 0.995, first 33.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'A3-silence' at screen 0.008, first 31 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 31.5 to screen 0.995, first 31.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'A5' at screen 0.008, first 28 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 28.5 to screen 0.995, first 28.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'A5-bias' at screen 0.008, first 24 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 24.5 to screen 0.995, first 24.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'A6' at screen 0.008, first 21 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 21.5 to screen 0.995, first 21.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B1' at screen 0.008, first 18 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 18.5 to screen 0.995, first 18.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B1-recursion' at screen 0.008, first 15 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 15.5 to screen 0.995, first 15.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'C2' at screen 0.008, first 12 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 12.5 to screen 0.995, first 12.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'C3' at screen 0.008, first 7 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 7.5 to screen 0.995, first 7.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'D6' at screen 0.008, first 4 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 4.5 to screen 0.995, first 4.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'Comparisons, level 2, planted networks' at screen 0.008, screen 0.974392
set key at screen 0.995, screen 0.989757 right top samplen 0.6 font small
plot data using 3:1:($4-$3):(0) with vectors nohead linewidth 2 linecolor rgb '#777777', \
    data using (strcol(5) eq 'supported' ? $2 : NaN):1 with points pointtype 7 pointsize 0.6 linewidth 2 linecolor rgb '#0072B2' title 'supports the law'
