# phase-map: fate of a dead weight under Adam over αλ/ε and β₁, a simulation a cell (float64, 12000 steps, α = 1e-3, λ = 5e-4, β₂ = 0.999).
# It starts at 1e-10 with empty moments; zero: below 1e-15 to the end; floor: above the start.
# Up and down again: it rose past 1e-08, overshot, and lies deep below while v forgets that, or for good among the subnormals.
# Line: the law's edge 2(1+β₁)/(1−β₁).
# Run `gnuplot phase-map.gp` in this folder; it reads phase-map.dat.
set encoding utf8
set terminal svg enhanced size 720,480 font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1
set output 'phase-map.svg'
data = 'phase-map.dat'
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
set xlabel 'αλ/ε, the effective decay once the second moment is forgotten'
set ylabel 'β₁'
unset grid
set border 15
set xrange [-0.5:3]
set yrange [0:0.99]
set palette maxcolors 4 defined (0 '#56B4E9', 1 '#E69F00', 2 '#F6D9A0', 3 '#DDDDDD')
set cbrange [-0.5:3.5]
unset colorbox
set key outside bottom center horizontal samplen 1.2 spacing 1.2 height 0.5 font small
set xtics ('1' 0, '10' 1, '100' 2, '1000' 3)
set label 1 'PyTorch default β₁ = 0.9: edge 38' at 1.57978,0.9 right offset -1.4,0 front font small \
    point pointtype 7 pointsize 0.7
plot data index 0 matrix using (-0.5 + ($1 + 0.5) * 0.0388888889):(0 + ($2 + 0.5) * 0.0165):3 with image, \
    data index 1 using 1:2 with lines linewidth 2.5 linecolor rgb '#000000' title 'law: 2(1+β₁)/(1−β₁)', \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#56B4E9' title 'goes to zero', \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#E69F00' title 'stays at a floor', \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#F6D9A0' title 'rises, then sinks deep', \
    NaN with points pointtype 5 pointsize 1.6 linecolor rgb '#DDDDDD' title 'neither in 12000 steps'
