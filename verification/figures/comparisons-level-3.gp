# comparisons-level-3: comparisons of the claims, level 3, trained networks.
# Each measured value, with its 95 % interval, relative to the range that the law accepts, whose ends are at -1 and 1: linear where there are two
# ends; with one end alone, infinity is the other, and 0 or twice the end (the measured value if the end is 0) the middle. What lies farther out
# than the frame is at its edge. What decides is each comparison's test: by chance a supported law may measure a little outside.
# Run `gnuplot comparisons-level-3.gp` in this folder; it reads comparisons-level-3.dat.
set encoding utf8
set terminal svg enhanced size 1400,1600 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'comparisons-level-3.svg'
data = 'comparisons-level-3.dat'
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
set tmargin at screen 0.93625
set bmargin at screen 0.0225
set xrange [-2.7:2.7]
set yrange [0.4:86.6]
set xtics ('' -1, '' 1) scale 0
unset ytics
set object 1 rectangle from -1,0.4 to 1,86.6 behind fillcolor rgb '#E3F0E9' fillstyle solid noborder
set label 'accepted' at 0, screen 0.01 center
set label 'runs that budget and edge decide beforehand, told wrongly' at screen 0.565, first 86 right noenhanced font small
set label '1  (none of 245)' at screen 0.8, first 86 left noenhanced font small
set label 'runs told wrongly from the states at death' at screen 0.565, first 85 right noenhanced font small
set label '2  (none of 255)' at screen 0.8, first 85 left noenhanced font small
set label 'zero nodes under LeakyReLU and tanh' at screen 0.565, first 84 right noenhanced font small
set label '1  (none of 10880)' at screen 0.8, first 84 left noenhanced font small
set label 'dead nodes whose fate the law tells' at screen 0.565, first 83 right noenhanced font small
set label '0.999  (at least 95 %)' at screen 0.8, first 83 left noenhanced font small
set label 'slope of ln decay on ln predicted' at screen 0.565, first 82 right noenhanced font small
set label '1  (1.0 ± 0.1)' at screen 0.8, first 82 left noenhanced font small
set label 'median of measured over predicted' at screen 0.565, first 81 right noenhanced font small
set label '0.998  (1 ± 0.1)' at screen 0.8, first 81 left noenhanced font small
set label 'λ 3e-4 → 1e-3 (αλ/ε 3 → 10): change of the number of zero nodes' at screen 0.565, first 80 right noenhanced font small
set label '5.75  (more)' at screen 0.8, first 80 left noenhanced font small
set label 'λ 1e-3 → 1e-2 (αλ/ε 10 → 100): change of the number of zero nodes' at screen 0.565, first 79 right noenhanced font small
set label '-32.6  (fewer)' at screen 0.8, first 79 left noenhanced font small
set label 'ε 1e-7 → 1e-6 (αλ/ε 100 → 10): change of the number of zero nodes' at screen 0.565, first 78 right noenhanced font small
set label '32.6  (more)' at screen 0.8, first 78 left noenhanced font small
set label 'α 1e-3 → 1e-2 (αλ/ε 1 → 10): change of the number of zero nodes' at screen 0.565, first 77 right noenhanced font small
set label '30.2  (more)' at screen 0.8, first 77 left noenhanced font small
set label 'β₂ 0.99 → 0.9999: change of the number of zero nodes' at screen 0.565, first 76 right noenhanced font small
set label '-21.8  (fewer)' at screen 0.8, first 76 left noenhanced font small
set label 'L2 on weights → on weights and biases: change of the number of zero nodes' at screen 0.565, first 75 right noenhanced font small
set label '-32.6  (fewer)' at screen 0.8, first 75 left noenhanced font small
set label 'batch 128 → 16: change of the number of zero nodes' at screen 0.565, first 74 right noenhanced font small
set label '6.75  (more)' at screen 0.8, first 74 left noenhanced font small
set label 'width 32 → 128: change of the number of zero nodes' at screen 0.565, first 73 right noenhanced font small
set label '85.9  (more)' at screen 0.8, first 73 left noenhanced font small
set label 'depth 1 → 2 hidden layers of 64: change of the number of zero nodes' at screen 0.565, first 72 right noenhanced font small
set label '49.9  (more)' at screen 0.8, first 72 left noenhanced font small
set label 'without → with batch normalisation: change of the number of zero nodes' at screen 0.565, first 71 right noenhanced font small
set label '-9.12  (fewer)' at screen 0.8, first 71 left noenhanced font small
set label 'slope of log measured on log foretold quiet length' at screen 0.565, first 70 right noenhanced font small
set label '1.08  (0.9 … 1.1)' at screen 0.8, first 70 left noenhanced font small
set label 'share of spells of 1.5 times the foretold length that ended after all' at screen 0.565, first 69 right noenhanced font small
set label '0.0125  (at most 2 %)' at screen 0.8, first 69 left noenhanced font small
set label 'share of deaths without a quiet spell foretold to end in silence' at screen 0.565, first 68 right noenhanced font small
set label '0  (at most 5 %)' at screen 0.8, first 68 left noenhanced font small
set label 'base, share of deaths with κ < 0.9 at the last activity' at screen 0.565, first 67 right noenhanced font small
set label '0.983  (at least 60 %)' at screen 0.8, first 67 left noenhanced font small
set label 'largeEpsilon, share of deaths with κ < 0.9 at the last activity' at screen 0.565, first 66 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 66 left noenhanced font small
set label 'deaths without L2 over deaths with it' at screen 0.565, first 65 right noenhanced font small
set label '0.00187  (at most 0.05)' at screen 0.8, first 65 left noenhanced font small
set label 'runs in which γ foretells the step of death no better than β' at screen 0.565, first 64 right noenhanced font small
set label '0  (none of 9)' at screen 0.8, first 64 left noenhanced font small
set label 'gain of γ''s rank correlation with the step of death over that of β' at screen 0.565, first 63 right noenhanced font small
set label '0.284  (at least 0)' at screen 0.8, first 63 left noenhanced font small
set label 'runs in which γ foretells the step of death no better than ‖w‖' at screen 0.565, first 62 right noenhanced font small
set label '0  (none of 9)' at screen 0.8, first 62 left noenhanced font small
set label 'gain of γ''s rank correlation with the step of death over that of ‖w‖' at screen 0.565, first 61 right noenhanced font small
set label '0.119  (at least 0)' at screen 0.8, first 61 left noenhanced font small
set label 'runs in which γ foretells the step of death no better than a small angular step' at screen 0.565, first 60 right noenhanced font small
set label '0  (none of 9)' at screen 0.8, first 60 left noenhanced font small
set label 'gain of γ''s rank correlation with the step of death over that of a small angular step' at screen 0.565, first 59 right noenhanced font small
set label '0.472  (at least 0)' at screen 0.8, first 59 left noenhanced font small
set label 'survivors, largest cosine with a teacher''s node' at screen 0.565, first 58 right noenhanced font small
set label '0.988  (at least 0.9)' at screen 0.8, first 58 left noenhanced font small
set label 'more than at the start' at screen 0.565, first 57 right noenhanced font small
set label '0.613  (at least 0.3)' at screen 0.8, first 57 left noenhanced font small
set label 'more than random directions' at screen 0.565, first 56 right noenhanced font small
set label '0.612  (at least 0.3)' at screen 0.8, first 56 left noenhanced font small
set label 'more than without L2' at screen 0.565, first 55 right noenhanced font small
set label '0.826  (at least 0.3)' at screen 0.8, first 55 left noenhanced font small
set label 'teacher''s nodes, largest cosine with a survivor' at screen 0.565, first 54 right noenhanced font small
set label '0.999  (at least 0.9)' at screen 0.8, first 54 left noenhanced font small
set label 'more than with a node of the start' at screen 0.565, first 53 right noenhanced font small
set label '0.238  (at least 0.05)' at screen 0.8, first 53 left noenhanced font small
set label 'more than with one of as many random directions' at screen 0.565, first 52 right noenhanced font small
set label '0.619  (at least 0.3)' at screen 0.8, first 52 left noenhanced font small
set label 'survivors of 64 nodes' at screen 0.565, first 51 right noenhanced font small
set label '4.08  (at most 8)' at screen 0.8, first 51 left noenhanced font small
set label 'deviation of the slopes a‖w‖ from the teacher''s shrunk by λ, as a share of these' at screen 0.565, first 50 right noenhanced font small
set label '0.0143  (at most 0.1)' at screen 0.8, first 50 left noenhanced font small
set label 'zero nodes without L2' at screen 0.565, first 49 right noenhanced font small
set label '0  (none of 768)' at screen 0.8, first 49 left noenhanced font small
set label 'float32, nodes foretold wrongly' at screen 0.565, first 48 right noenhanced font small
set label '0  (none of 280)' at screen 0.8, first 48 left noenhanced font small
set label 'float64, nodes foretold wrongly' at screen 0.565, first 47 right noenhanced font small
set label '0  (none of 278)' at screen 0.8, first 47 left noenhanced font small
set label 'passage of 1e-15, nodes within 5 %' at screen 0.565, first 46 right noenhanced font small
set label '0.998  (at least 90 %)' at screen 0.8, first 46 left noenhanced font small
set label 'passage of 1e-15, nodes inside the law''s bound' at screen 0.565, first 45 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 45 left noenhanced font small
set label 'passage of 1e-15, median relative error' at screen 0.565, first 44 right noenhanced font small
set label '0.00385  (at most 0.05)' at screen 0.8, first 44 left noenhanced font small
set label 'passage of 1e-15, slope of ln time' at screen 0.565, first 43 right noenhanced font small
set label '0.993  (1.0 ± 0.07394)' at screen 0.8, first 43 left noenhanced font small
set label 'passage of 1e-15, offset of ln time at the mean' at screen 0.565, first 42 right noenhanced font small
set label '0.00665  (0.0 ± 0.1371)' at screen 0.8, first 42 left noenhanced font small
set label 'passage of 1e-08, nodes within 5 %' at screen 0.565, first 41 right noenhanced font small
set label '0.844  (at least 90 %)' at screen 0.8, first 41 left noenhanced font small
set label 'passage of 1e-08, nodes inside the law''s bound' at screen 0.565, first 40 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 40 left noenhanced font small
set label 'passage of 1e-08, median relative error' at screen 0.565, first 39 right noenhanced font small
set label '0.00877  (at most 0.05)' at screen 0.8, first 39 left noenhanced font small
set label 'passage of 1e-08, slope of ln time' at screen 0.565, first 38 right noenhanced font small
set label '0.99  (1.0 ± 0.1313)' at screen 0.8, first 38 left noenhanced font small
set label 'passage of 1e-08, offset of ln time at the mean' at screen 0.565, first 37 right noenhanced font small
set label '0.0197  (0.0 ± 0.4402)' at screen 0.8, first 37 left noenhanced font small
set label 'passage of 1e-05, nodes within 5 %' at screen 0.565, first 36 right noenhanced font small
set label '0.936  (at least 90 %)' at screen 0.8, first 36 left noenhanced font small
set label 'passage of 1e-05, nodes inside the law''s bound' at screen 0.565, first 35 right noenhanced font small
set label '0.994  (at least 95 %)' at screen 0.8, first 35 left noenhanced font small
set label 'passage of 1e-05, median relative error' at screen 0.565, first 34 right noenhanced font small
set label '0  (at most 0.05)' at screen 0.8, first 34 left noenhanced font small
set label 'passage of 1e-05, slope of ln time' at screen 0.565, first 33 right noenhanced font small
set label '1  (1.0 ± 0.02339)' at screen 0.8, first 33 left noenhanced font small
set label 'passage of 1e-05, offset of ln time at the mean' at screen 0.565, first 32 right noenhanced font small
set label '-0.00139  (0.0 ± 0.08276)' at screen 0.8, first 32 left noenhanced font small
set label 'float32, nodes foretold wrongly' at screen 0.565, first 31 right noenhanced font small
set label '0  (none of 686)' at screen 0.8, first 31 left noenhanced font small
set label 'passage of 1e-15, nodes within 5 %' at screen 0.565, first 30 right noenhanced font small
set label '1  (at least 90 %)' at screen 0.8, first 30 left noenhanced font small
set label 'passage of 1e-15, nodes inside the law''s bound' at screen 0.565, first 29 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 29 left noenhanced font small
set label 'passage of 1e-15, median relative error' at screen 0.565, first 28 right noenhanced font small
set label '0  (at most 0.05)' at screen 0.8, first 28 left noenhanced font small
set label 'passage of 1e-15, slope of ln time' at screen 0.565, first 27 right noenhanced font small
set label '1  (1.0 ± 0.002297)' at screen 0.8, first 27 left noenhanced font small
set label 'passage of 1e-15, offset of ln time at the mean' at screen 0.565, first 26 right noenhanced font small
set label '-1.2e-05  (0.0 ± 0.001197)' at screen 0.8, first 26 left noenhanced font small
set label 'passage of 1e-15, steps from the edge, nodes within 5 %' at screen 0.565, first 25 right noenhanced font small
set label '0.158  (at least 90 %)' at screen 0.8, first 25 left noenhanced font small
set label 'passage of 1e-15, steps from the edge, nodes inside the law''s bound' at screen 0.565, first 24 right noenhanced font small
set label '0.187  (at least 95 %)' at screen 0.8, first 24 left noenhanced font small
set label 'passage of 1e-15, steps from the edge, median relative error' at screen 0.565, first 23 right noenhanced font small
set label '0  (at most 0.05)' at screen 0.8, first 23 left noenhanced font small
set label 'passage of 1e-15, steps from the edge, slope of ln time' at screen 0.565, first 22 right noenhanced font small
set label '0.774  (1.0 ± 0.002981)' at screen 0.8, first 22 left noenhanced font small
set label 'passage of 1e-15, steps from the edge, offset of ln time at the mean' at screen 0.565, first 21 right noenhanced font small
set label '0.0893  (0.0 ± 0.006186)' at screen 0.8, first 21 left noenhanced font small
set label 'digits-half, nodes at the floor that pass ξ after the drop' at screen 0.565, first 20 right noenhanced font small
set label '1  (at least 90 %)' at screen 0.8, first 20 left noenhanced font small
set label 'digits-half, those back within the law''s bound' at screen 0.565, first 19 right noenhanced font small
set label '0.883  (at least 90 %)' at screen 0.8, first 19 left noenhanced font small
set label 'digits-quarter, nodes at the floor that pass ξ after the drop' at screen 0.565, first 18 right noenhanced font small
set label '1  (at least 90 %)' at screen 0.8, first 18 left noenhanced font small
set label 'digits-quarter, those back within the law''s bound' at screen 0.565, first 17 right noenhanced font small
set label '0.88  (at least 90 %)' at screen 0.8, first 17 left noenhanced font small
set label 'mnist-lambda, nodes at the floor that pass ξ after the drop' at screen 0.565, first 16 right noenhanced font small
set label '1  (at least 90 %)' at screen 0.8, first 16 left noenhanced font small
set label 'mnist-lambda, those back within the law''s bound' at screen 0.565, first 15 right noenhanced font small
set label '0.926  (at least 90 %)' at screen 0.8, first 15 left noenhanced font small
set label 'mnist-known, zero@1e-15, epochs 1 to 25' at screen 0.565, first 14 right noenhanced font small
set label '0  (at most 0)' at screen 0.8, first 14 left noenhanced font small
set label 'mnist-known, zero@1e-8, epochs 1 to 25' at screen 0.565, first 13 right noenhanced font small
set label '1  (at most 0)' at screen 0.8, first 13 left noenhanced font small
set label 'mnist-known, zero@0.001, epoch 25' at screen 0.565, first 12 right noenhanced font small
set label '374  (at least 200)' at screen 0.8, first 12 left noenhanced font small
set label 'mnist-known, zero@1e-15, epoch 26' at screen 0.565, first 11 right noenhanced font small
set label '334  (at least 299.2)' at screen 0.8, first 11 left noenhanced font small
set label 'mnist-constant, zero@0.001, epoch 100' at screen 0.565, first 10 right noenhanced font small
set label '840  (at least 400)' at screen 0.8, first 10 left noenhanced font small
set label 'mnist-constant, zero@1e-15, epochs 1 to 100' at screen 0.565, first 9 right noenhanced font small
set label '0  (at most 0)' at screen 0.8, first 9 left noenhanced font small
set label 'mnist-constant, zero@1e-8, epochs 1 to 100' at screen 0.565, first 8 right noenhanced font small
set label '1  (at most 0)' at screen 0.8, first 8 left noenhanced font small
set label 'mnist-lambda, zero@0.001, epoch 25' at screen 0.565, first 7 right noenhanced font small
set label '514  (at least 200)' at screen 0.8, first 7 left noenhanced font small
set label 'mnist-lambda, zero@1e-15, epochs 1 to 50' at screen 0.565, first 6 right noenhanced font small
set label '532  (at most 0)' at screen 0.8, first 6 left noenhanced font small
set label 'mnist-lambda, zero@1e-8, epochs 1 to 50' at screen 0.565, first 5 right noenhanced font small
set label '547  (at most 0)' at screen 0.8, first 5 left noenhanced font small
set label 'mnist-lambda, zero@1e-15, epoch 51' at screen 0.565, first 4 right noenhanced font small
set label '702  (at least 563.2)' at screen 0.8, first 4 left noenhanced font small
set label 'mnist-epsilon, zero@0.001, epoch 25' at screen 0.565, first 3 right noenhanced font small
set label '378  (at least 200)' at screen 0.8, first 3 left noenhanced font small
set label 'mnist-epsilon, zero@1e-15, epoch 25' at screen 0.565, first 2 right noenhanced font small
set label '310  (at least 302.4)' at screen 0.8, first 2 left noenhanced font small
set label 'mnist-epsilon, zero@1e-15, epoch 26' at screen 0.565, first 1 right noenhanced font small
set label '333  (at most 387.5)' at screen 0.8, first 1 left noenhanced font small
set label '✗ C1' at screen 0.008, first 86 noenhanced textcolor rgb '#D55E00'
set label 'C4' at screen 0.008, first 82 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 82.5 to screen 0.995, first 82.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'C5' at screen 0.008, first 80 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 80.5 to screen 0.995, first 80.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'A4' at screen 0.008, first 70 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 70.5 to screen 0.995, first 70.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'C6' at screen 0.008, first 58 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 58.5 to screen 0.995, first 58.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B0-trained' at screen 0.008, first 48 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 48.5 to screen 0.995, first 48.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B3-trained' at screen 0.008, first 46 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 46.5 to screen 0.995, first 46.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label '✗ B3-early' at screen 0.008, first 41 noenhanced textcolor rgb '#D55E00'
set arrow from screen 0.005, first 41.5 to screen 0.995, first 41.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B0-mnist' at screen 0.008, first 31 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 31.5 to screen 0.995, first 31.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label '✗ B3-mnist' at screen 0.008, first 30 noenhanced textcolor rgb '#D55E00'
set arrow from screen 0.005, first 30.5 to screen 0.995, first 30.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'C7-revival' at screen 0.008, first 20 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 20.5 to screen 0.995, first 20.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label '✗ C7' at screen 0.008, first 14 noenhanced textcolor rgb '#D55E00'
set arrow from screen 0.005, first 14.5 to screen 0.995, first 14.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'Comparisons, level 3, trained networks' at screen 0.008, screen 0.9875
set key at screen 0.995, screen 0.995 right top samplen 0.6 font small
plot data using 3:1:($4-$3):(0) with vectors nohead linewidth 2 linecolor rgb '#777777', \
    data using (strcol(5) eq 'supported' ? $2 : NaN):1 with points pointtype 7 pointsize 0.6 linewidth 2 linecolor rgb '#0072B2' title 'supports the law', \
    data using (strcol(5) eq 'violated' ? $2 : NaN):1 with points pointtype 2 pointsize 1.1 linewidth 2 linecolor rgb '#D55E00' title 'contradicts it', \
    data using (strcol(5) eq 'beyond-supported' ? $2 : NaN):1 with points pointtype 6 pointsize 1.1 linewidth 2 linecolor rgb '#0072B2' title 'supports it, off the scale', \
    data using (strcol(5) eq 'beyond' ? $2 : NaN):1 with points pointtype 3 pointsize 1.1 linewidth 2 linecolor rgb '#D55E00' title 'contradicts it, off the scale'
