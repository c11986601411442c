// SPDX-License-Identifier: GPL-3.0-or-later

/// A sum of numbers and products in about twice double precision: what every addition and product leaves out is summed beside
/// (Ogita, Rump & Oishi 2005, Dot2).
struct CompensatedSum {
    private var sum: Double
    private var correction = 0.0

    init(_ start: Double = 0) { sum = start }

    var value: Double { sum + correction }

    mutating func add(_ a: Double, times b: Double) {
        let product = a * b
        let (next, error) = Directed.twoSum(sum, product)
        sum = next
        correction += error + (-product).addingProduct(a, b)
    }
}
