// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// ln(eᵃ + eᵇ) without over- or underflow; −∞ stands for 0.
func logSum(_ a: Double, _ b: Double) -> Double {
    let (large, small) = a > b ? (a, b) : (b, a)
    if small == -.infinity || large == .infinity { return large }
    let gap = small - large
    return gap < -40 ? large : large + Double.log(onePlus: Double.exp(gap))
}

/// ln x, −∞ at 0.
func logOrZero(_ x: Double) -> Double { x > 0 ? Double.log(x) : -.infinity }
