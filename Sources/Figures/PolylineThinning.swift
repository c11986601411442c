// SPDX-License-Identifier: GPL-3.0-or-later

/// Keeps the points of a polyline that matter to the eye (Ramer 1972, Douglas and Peucker 1973; vertical distance).
enum PolylineThinning {
    /// How far the line would move, at most, if a point were left out, for every point of `y` over `x`.
    ///
    /// The line is split again and again at the point farthest from the chord, in `y`; a point's significance is that distance, and never
    /// more than that of the split it lies under. The points with significance ≥ τ are then those that Douglas–Peucker keeps at
    /// tolerance τ. The two ends have infinite significance. `x` must ascend strictly.
    static func significance(x: [Double], y: [Double]) -> [Double] {
        precondition(x.count == y.count, "a polyline needs as many abscissae as ordinates")
        guard let last = x.indices.last else { return [] }
        var result = [Double](repeating: 0, count: x.count)
        result[0] = .infinity
        result[last] = .infinity
        var open: [(from: Int, to: Int, bound: Double)] = [(0, last, .infinity)]
        while let (from, to, bound) = open.popLast() {
            guard to - from > 1 else { continue }
            let slope = (y[to] - y[from]) / (x[to] - x[from])
            var farthest = from + 1
            var distance = -1.0
            for point in (from + 1)..<to {
                let away = abs(y[point] - (y[from] + slope * (x[point] - x[from])))
                if away > distance {
                    distance = away
                    farthest = point
                }
            }
            result[farthest] = min(distance, bound)
            guard distance > 0 else { continue }
            open.append((from, farthest, result[farthest]))
            open.append((farthest, to, result[farthest]))
        }
        return result
    }

    /// The smallest tolerance at which no more than `budget` of the points remain, `least` at least.
    static func tolerance(_ significances: [Double], budget: Int, least: Double) -> Double {
        let finite = significances.filter { $0.isFinite && $0 > least }.sorted(by: >)
        let room = max(0, budget - (significances.count { !$0.isFinite }))
        return finite.count > room ? max(least, finite[room].nextUp) : least
    }
}
