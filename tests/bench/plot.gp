# SPDX-License-Identifier: MIT
# plot.gp - busy microseconds of the gateway's core for one page; data and out are given with -e.
set terminal svg size 640,400 font "sans,13" background "white"
set output out
set title "Busy time of the gateway's core for one page (median, min..max)"
set ylabel "µs"
set yrange [0:*]
set boxwidth 0.5
set style fill solid 0.6
set bars 2
unset key
set grid ytics
plot data using 1:3:xtic(2) with boxes lc rgb "#3060a0", \
     data using 1:3:4:5 with yerrorbars lc rgb "black" pt 0, \
     data using 1:3:(sprintf("%.1f", $3)) with labels offset 4,0.6
