# comparisons-level-1: comparisons of the claims, level 1, isolated weights.
# Each measured value, with its 95 % interval, relative to the range that the law accepts, whose ends are at -1 and 1: linear where there are two
# ends; with one end alone, infinity is the other, and 0 or twice the end (the measured value if the end is 0) the middle. What lies farther out
# than the frame is at its edge. What decides is each comparison's test: by chance a supported law may measure a little outside.
# Run `gnuplot comparisons-level-1.gp` in this folder; it reads comparisons-level-1.dat.
set encoding utf8
set terminal svg enhanced size 1400,1376 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'comparisons-level-1.svg'
data = 'comparisons-level-1.dat'
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
set tmargin at screen 0.965116
set bmargin at screen 0.0261628
set xrange [-2.7:2.7]
set yrange [0.4:76.6]
set xtics ('' -1, '' 1) scale 0
unset ytics
set object 1 rectangle from -1,0.4 to 1,76.6 behind fillcolor rgb '#E3F0E9' fillstyle solid noborder
set label 'accepted' at 0, screen 0.0116279 center
set label 'weights that depart from the recursion in float64' at screen 0.565, first 76 right noenhanced font small
set label '0  (none of 1000)' at screen 0.8, first 76 left noenhanced font small
set label 'weights that depart from the recursion in float32' at screen 0.565, first 75 right noenhanced font small
set label '0  (none of 1000)' at screen 0.8, first 75 left noenhanced font small
set label 'weights of dead nodes behind ReLU that depart, or whose moments do' at screen 0.565, first 74 right noenhanced font small
set label '0  (none of 896)' at screen 0.8, first 74 left noenhanced font small
set label 'share of cases whose passage under heavy ball or Nesterov lies within the law''s error bound' at screen 0.565, first 73 right noenhanced font small
set label '0.997  (at least 95 %)' at screen 0.8, first 73 left noenhanced font small
set label 'decays of SGD or AdamW that depart from the product' at screen 0.565, first 72 right noenhanced font small
set label '0  (none of 2000)' at screen 0.8, first 72 left noenhanced font small
set label 'share of cases whose Σα until SGD reaches ξ lies within the law''s error bound' at screen 0.565, first 71 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 71 left noenhanced font small
set label 'median relative error of the passage in the memory phase, β = (0.9, 0.999)' at screen 0.565, first 70 right noenhanced font small
set label '0  (at most 0.005)' at screen 0.8, first 70 left noenhanced font small
set label 'median relative error of the passage over the wide range, β = (0.9, 0.999)' at screen 0.565, first 69 right noenhanced font small
set label '0  (at most 0.03)' at screen 0.8, first 69 left noenhanced font small
set label 'share of cases whose passage at β = (0.9, 0.999) lies within the law''s error bound' at screen 0.565, first 68 right noenhanced font small
set label '0.997  (at least 95 %)' at screen 0.8, first 68 left noenhanced font small
set label 'share of cases whose passage over all β₁, β₂ lies within the law''s error bound' at screen 0.565, first 67 right noenhanced font small
set label '0.997  (at least 95 %)' at screen 0.8, first 67 left noenhanced font small
set label 'share of cases whose ln(w₀/w_t) lies within the law''s error bound' at screen 0.565, first 66 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 66 left noenhanced font small
set label 'median relative error of ln(w₀/w_t), decays of more than e' at screen 0.565, first 65 right noenhanced font small
set label '0.0097  (at most 0.02)' at screen 0.8, first 65 left noenhanced font small
set label 'median of the law''s bound over ln(w₀/w_t), decays of more than e' at screen 0.565, first 64 right noenhanced font small
set label '0.0185  (at most 0.05)' at screen 0.8, first 64 left noenhanced font small
set label 'weights slower than an exponential of rate η₀' at screen 0.565, first 63 right noenhanced font small
set label '0  (none of 336)' at screen 0.8, first 63 left noenhanced font small
set label 'share of cases whose passage of 1e-15 lies within the law''s error bound' at screen 0.565, first 62 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 62 left noenhanced font small
set label 'share of cases that pass 1e-15 at the same step with λ times 3.7' at screen 0.565, first 61 right noenhanced font small
set label '1  (at least 99 %)' at screen 0.8, first 61 left noenhanced font small
set label 'first steps of a fresh start that are not α' at screen 0.565, first 60 right noenhanced font small
set label '0  (none of 1000)' at screen 0.8, first 60 left noenhanced font small
set label 'largest relative error of Adam''s edge over ten β₁' at screen 0.565, first 59 right noenhanced font small
set label '3.05e-05  (at most 1 %)' at screen 0.8, first 59 left noenhanced font small
set label 'largest relative error of the other optimisers'' edges' at screen 0.565, first 58 right noenhanced font small
set label '3.05e-05  (at most 1 %)' at screen 0.8, first 58 left noenhanced font small
set label 'median relative error of the floor''s rms' at screen 0.565, first 57 right noenhanced font small
set label '0.0364  (at most 0.1)' at screen 0.8, first 57 left noenhanced font small
set label 'share of weights whose floor lies within 20 % of the law' at screen 0.565, first 56 right noenhanced font small
set label '1  (at least 90 %)' at screen 0.8, first 56 left noenhanced font small
set label 'median relative error of the revival''s step' at screen 0.565, first 55 right noenhanced font small
set label '0  (at most 0.02)' at screen 0.8, first 55 left noenhanced font small
set label 'share of revivals within 2 % of the law' at screen 0.565, first 54 right noenhanced font small
set label '0.993  (at least 90 %)' at screen 0.8, first 54 left noenhanced font small
set label 'revivals before s can have fallen under αλ/η* − ε' at screen 0.565, first 53 right noenhanced font small
set label '0  (none of 297)' at screen 0.8, first 53 left noenhanced font small
set label 'median relative error of the revival''s step at β = (0.9, 0.999) in float80' at screen 0.565, first 52 right noenhanced font small
set label '3.66e-05  (at most 0.02)' at screen 0.8, first 52 left noenhanced font small
set label 'share of float32 weights that stall at F/(2αλ) at most, and not at 0' at screen 0.565, first 51 right noenhanced font small
set label '0.968  (at least 95 %)' at screen 0.8, first 51 left noenhanced font small
set label 'share of float64 weights that pass 1e-60' at screen 0.565, first 50 right noenhanced font small
set label '1  (at least 99 %)' at screen 0.8, first 50 left noenhanced font small
set label 'share of weights with flush-to-zero that stall at F_min/(αλ) at most' at screen 0.565, first 49 right noenhanced font small
set label '0.995  (at least 95 %)' at screen 0.8, first 49 left noenhanced font small
set label 'share of weights with flush-to-zero that stall above the float32 ones' at screen 0.565, first 48 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 48 left noenhanced font small
set label 'share of weights with η ≤ 1 at rest under (F/2)(1/α + 1/(1−β₁))/λ' at screen 0.565, first 47 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 47 left noenhanced font small
set label 'share of weights with η > 1 that end under the bound' at screen 0.565, first 46 right noenhanced font small
set label '1  (at least 99 %)' at screen 0.8, first 46 left noenhanced font small
set label 'share of weights with η > 2 still moving' at screen 0.565, first 45 right noenhanced font small
set label '0.564  (at least 50 %)' at screen 0.8, first 45 left noenhanced font small
set label '(i) λ scaled, float64: weights that depart' at screen 0.565, first 44 right noenhanced font small
set label '0  (none of 1000)' at screen 0.8, first 44 left noenhanced font small
set label '(ii) w and α scaled, float64: weights that depart' at screen 0.565, first 43 right noenhanced font small
set label '0  (none of 1000)' at screen 0.8, first 43 left noenhanced font small
set label '(iii) w and m negated, float64: weights that depart' at screen 0.565, first 42 right noenhanced font small
set label '0  (none of 1000)' at screen 0.8, first 42 left noenhanced font small
set label '(i) λ scaled, float32: weights that depart' at screen 0.565, first 41 right noenhanced font small
set label '0  (none of 967)' at screen 0.8, first 41 left noenhanced font small
set label '(ii) w and α scaled, float32: weights that depart' at screen 0.565, first 40 right noenhanced font small
set label '0  (none of 967)' at screen 0.8, first 40 left noenhanced font small
set label '(iii) w and m negated, float32: weights that depart' at screen 0.565, first 39 right noenhanced font small
set label '0  (none of 967)' at screen 0.8, first 39 left noenhanced font small
set label 'relative distance of the largest step of extremal gradients from the bound (95 % quantile)' at screen 0.565, first 38 right noenhanced font small
set label '2.22e-16  (at most 0.001)' at screen 0.8, first 38 left noenhanced font small
set label 'sequences with a step above the bound' at screen 0.565, first 37 right noenhanced font small
set label '0  (none of 2000)' at screen 0.8, first 37 left noenhanced font small
set label 'share of cases whose passage under amsgrad, β₁ or μ = 0.9 lies within the law''s error bound' at screen 0.565, first 36 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 36 left noenhanced font small
set label 'share of cases whose passage under adagrad lies within the law''s error bound' at screen 0.565, first 35 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 35 left noenhanced font small
set label 'share of cases whose passage under rmsprop lies within the law''s error bound' at screen 0.565, first 34 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 34 left noenhanced font small
set label 'share of cases whose passage under rmsprop, β₁ or μ = 0.9 lies within the law''s error bound' at screen 0.565, first 33 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 33 left noenhanced font small
set label 'share of cases whose passage under rmsprop, centred lies within the law''s error bound' at screen 0.565, first 32 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 32 left noenhanced font small
set label 'share of cases whose passage under nadam, β₁ or μ = 0.9 lies within the law''s error bound' at screen 0.565, first 31 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 31 left noenhanced font small
set label 'share of cases whose passage under adamw, β₁ or μ = 0.9, ω = 0.00 …  within the law''s error bound' at screen 0.565, first 30 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 30 left noenhanced font small
set label 'share of cases whose passage under adadelta lies within the law''s error bound' at screen 0.565, first 29 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 29 left noenhanced font small
set label 'share of cases whose passage under sgd, β₁ or μ = 0.9, Nesterov lies within the law''s error bound' at screen 0.565, first 28 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 28 left noenhanced font small
set label 'share of cases whose passage under adam, β₁ or μ = 0.9, ε epsilon …  within the law''s error bound' at screen 0.565, first 27 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 27 left noenhanced font small
set label 'share of cases whose passage under adam, β₁ or μ = 0.9, ε insideR …  within the law''s error bound' at screen 0.565, first 26 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 26 left noenhanced font small
set label 'share of cases whose passage under adamax, β₁ or μ = 0.9 lies within the law''s error bound' at screen 0.565, first 25 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 25 left noenhanced font small
set label 'share of cases whose floor under rmsprop lies within the law''s error bound' at screen 0.565, first 24 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 24 left noenhanced font small
set label 'median relative error of the floor under rmsprop' at screen 0.565, first 23 right noenhanced font small
set label '1.32e-13  (at most 0.2)' at screen 0.8, first 23 left noenhanced font small
set label 'share of cases whose floor under rmsprop, β₁ or μ = 0.9 lies within the law''s error bound' at screen 0.565, first 22 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 22 left noenhanced font small
set label 'median relative error of the floor under rmsprop, β₁ or μ = 0.9' at screen 0.565, first 21 right noenhanced font small
set label '0.043  (at most 0.2)' at screen 0.8, first 21 left noenhanced font small
set label 'share of cases whose floor under rmsprop, centred lies within the law''s error bound' at screen 0.565, first 20 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 20 left noenhanced font small
set label 'median relative error of the floor under rmsprop, centred' at screen 0.565, first 19 right noenhanced font small
set label '1.21e-13  (at most 0.2)' at screen 0.8, first 19 left noenhanced font small
set label 'share of cases whose floor under nadam, β₁ or μ = 0.9 lies within the law''s error bound' at screen 0.565, first 18 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 18 left noenhanced font small
set label 'median relative error of the floor under nadam, β₁ or μ = 0.9' at screen 0.565, first 17 right noenhanced font small
set label '1.12e-13  (at most 0.2)' at screen 0.8, first 17 left noenhanced font small
set label 'share of cases whose floor under adamax, β₁ or μ = 0.9 lies within the law''s error bound' at screen 0.565, first 16 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 16 left noenhanced font small
set label 'median relative error of the floor under adamax, β₁ or μ = 0.9' at screen 0.565, first 15 right noenhanced font small
set label '0.0915  (at most 0.2)' at screen 0.8, first 15 left noenhanced font small
set label 'share of cases whose floor under adamw, β₁ or μ = 0.9, ω = 0.001 lies within the law''s error bound' at screen 0.565, first 14 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 14 left noenhanced font small
set label 'median relative error of the floor under adamw, β₁ or μ = 0.9, ω = 0.001' at screen 0.565, first 13 right noenhanced font small
set label '0.0708  (at most 0.2)' at screen 0.8, first 13 left noenhanced font small
set label 'share of cases whose floor under adam, β₁ or μ = 0.9, ε epsilonHa …  within the law''s error bound' at screen 0.565, first 12 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 12 left noenhanced font small
set label 'median relative error of the floor under adam, β₁ or μ = 0.9, ε epsilonHat' at screen 0.565, first 11 right noenhanced font small
set label '0.071  (at most 0.2)' at screen 0.8, first 11 left noenhanced font small
set label 'share of cases whose floor under adam, β₁ or μ = 0.9, ε insideRoo …  within the law''s error bound' at screen 0.565, first 10 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 10 left noenhanced font small
set label 'median relative error of the floor under adam, β₁ or μ = 0.9, ε insideRoot' at screen 0.565, first 9 right noenhanced font small
set label '0.0686  (at most 0.2)' at screen 0.8, first 9 left noenhanced font small
set label 'share of cases whose floor under signDescent lies within the law''s error bound' at screen 0.565, first 8 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 8 left noenhanced font small
set label 'median relative error of the floor under signDescent' at screen 0.565, first 7 right noenhanced font small
set label '1.38e-13  (at most 0.2)' at screen 0.8, first 7 left noenhanced font small
set label 'share of cases whose floor under lion, β₁ or μ = 0.9 lies within the law''s error bound' at screen 0.565, first 6 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 6 left noenhanced font small
set label 'median relative error of the floor under lion, β₁ or μ = 0.9' at screen 0.565, first 5 right noenhanced font small
set label '0.0808  (at most 0.2)' at screen 0.8, first 5 left noenhanced font small
set label 'share of cases whose passage after the drop lies within the law''s error bound' at screen 0.565, first 4 right noenhanced font small
set label '0.958  (at least 95 %)' at screen 0.8, first 4 left noenhanced font small
set label 'share of weights whose rms before the drop is the floor''s, within a factor of 2' at screen 0.565, first 3 right noenhanced font small
set label '1  (at least 95 %)' at screen 0.8, first 3 left noenhanced font small
set label 'share of cases whose passage of w₀/1000 through the drops under A …  within the law''s error bound' at screen 0.565, first 2 right noenhanced font small
set label '0.99  (at least 95 %)' at screen 0.8, first 2 left noenhanced font small
set label 'share of cases whose passage of w₀/1000 through the drops under h …  within the law''s error bound' at screen 0.565, first 1 right noenhanced font small
set label '0.95  (at least 95 %)' at screen 0.8, first 1 left noenhanced font small
set label 'B0' at screen 0.008, first 76 noenhanced textcolor rgb '#000000'
set label 'B2' at screen 0.008, first 73 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 73.5 to screen 0.995, first 73.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B3' at screen 0.008, first 70 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 70.5 to screen 0.995, first 70.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B4' at screen 0.008, first 66 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 66.5 to screen 0.995, first 66.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B5' at screen 0.008, first 62 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 62.5 to screen 0.995, first 62.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B6' at screen 0.008, first 59 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 59.5 to screen 0.995, first 59.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B7' at screen 0.008, first 57 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 57.5 to screen 0.995, first 57.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B8' at screen 0.008, first 55 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 55.5 to screen 0.995, first 55.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B9' at screen 0.008, first 51 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 51.5 to screen 0.995, first 51.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B9-cycle' at screen 0.008, first 47 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 47.5 to screen 0.995, first 47.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B10' at screen 0.008, first 44 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 44.5 to screen 0.995, first 44.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B10-bound' at screen 0.008, first 38 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 38.5 to screen 0.995, first 38.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B11' at screen 0.008, first 36 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 36.5 to screen 0.995, first 36.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B11-adamax' at screen 0.008, first 25 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 25.5 to screen 0.995, first 25.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B11-floors' at screen 0.008, first 24 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 24.5 to screen 0.995, first 24.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'B12' at screen 0.008, first 4 noenhanced textcolor rgb '#000000'
set arrow from screen 0.005, first 4.5 to screen 0.995, first 4.5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'
set label 'Comparisons, level 1, isolated weights' at screen 0.008, screen 0.985465
set key at screen 0.995, screen 0.994186 right top samplen 0.6 font small
plot data using 3:1:($4-$3):(0) with vectors nohead linewidth 2 linecolor rgb '#777777', \
    data using (strcol(5) eq 'supported' ? $2 : NaN):1 with points pointtype 7 pointsize 0.6 linewidth 2 linecolor rgb '#0072B2' title 'supports the law'
