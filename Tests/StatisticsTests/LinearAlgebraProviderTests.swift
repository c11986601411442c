// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Statistics

/// GSL's pkg-config file, and on Debian libgsl itself, also ask for libgslcblas, a slow reference BLAS with the same symbols as OpenBLAS.
/// Which of the two is called depends on the order in which the libraries are searched.
@Suite("Matrix products")
struct LinearAlgebraProviderTests {
    private typealias Product =
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Double, UnsafePointer<Double>, Int32, UnsafePointer<Double>, Int32, Double,
            UnsafeMutablePointer<Double>, Int32
        ) -> Void

    /// `gsl_matrix` as documented: two sizes, the row stride, the data, a block that is null for a view, and no ownership.
    private struct MatrixView {
        var rows: Int
        var columns: Int
        var stride: Int
        var data: UnsafeMutablePointer<Double>
        var block: OpaquePointer?
        var isOwner: Int32 = 0
    }

    private typealias MatrixProduct =
        @convention(c) (
            Int32, Int32, Double, UnsafeRawPointer, UnsafeRawPointer, Double, UnsafeMutableRawPointer
        ) -> Int32

    /// `dladdr`, which the C library shows under `_GNU_SOURCE` only; it fills four pointers, the first of them the library's path.
    private typealias SymbolInformation = @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer) -> Int32

    private static let rowMajor: Int32 = 101
    private static let noTranspose: Int32 = 111
    private static let size = 96

    private let a: [Double]
    private let b: [Double]

    init() {
        var stream = RandomStream(seed: 1, name: "matrices")
        a = (0..<Self.size * Self.size).map { _ in stream.normal() }
        b = (0..<Self.size * Self.size).map { _ in stream.normal() }
    }

    private func library(of symbol: UnsafeMutableRawPointer) throws -> String {
        let dladdr = unsafeBitCast(try #require(dlsym(nil, "dladdr")), to: SymbolInformation.self)
        var information = [UnsafePointer<CChar>?](repeating: nil, count: 4)
        try #require(dladdr(symbol, &information) != 0)
        let path = String(cString: try #require(information[0]))
        return URL(filePath: path).resolvingSymlinksInPath().lastPathComponent
    }

    private func product(_ function: UnsafeMutableRawPointer) -> [Double] {
        let dgemm = unsafeBitCast(function, to: Product.self)
        let n = Int32(Self.size)
        var c = [Double](repeating: 0, count: Self.size * Self.size)
        dgemm(Self.rowMajor, Self.noTranspose, Self.noTranspose, n, n, n, 1, a, n, b, n, 0, &c, n)
        return c
    }

    private func productThroughGSL(_ function: UnsafeMutableRawPointer) throws -> [Double] {
        let dgemm = unsafeBitCast(function, to: MatrixProduct.self)
        let n = Self.size
        var (left, right) = (a, b)
        var c = [Double](repeating: 0, count: n * n)
        try left.withUnsafeMutableBufferPointer { left in
            try right.withUnsafeMutableBufferPointer { right in
                try c.withUnsafeMutableBufferPointer { c in
                    let views = try [left, right, c].map {
                        MatrixView(rows: n, columns: n, stride: n, data: try #require($0.baseAddress), block: nil)
                    }
                    var result = views[2]
                    try GSLCall.status("gsl_blas_dgemm", [.init("n", n)]) {
                        dgemm(Self.noTranspose, Self.noTranspose, 1, [views[0]], [views[1]], 0, &result)
                    }
                }
            }
        }
        return c
    }

    @Test(
        "every BLAS symbol that the process looks up is OpenBLAS's",
        arguments: ["cblas_sgemm", "cblas_dgemm", "cblas_dgemv", "cblas_ddot", "cblas_dtrsm"])
    func symbols(name: String) throws {
        let symbol = try #require(dlsym(nil, name), "\(name) is not linked")
        let library = try library(of: symbol)
        #expect(library.hasPrefix("libopenblas"), "\(name) comes from \(library)")
    }

    @Test("GSL's own matrix product gives OpenBLAS's bits, and not those of libgslcblas where that is loaded too")
    func bits() throws {
        let openBLAS = product(try #require(dlsym(nil, "cblas_dgemm")))
        let throughGSL = try productThroughGSL(try #require(dlsym(nil, "gsl_blas_dgemm")))
        #expect(throughGSL == openBLAS)

        // Debian's libgsl is linked to libgslcblas, so that it is in the process although nothing must call it.
        guard let handle = dlopen("libgslcblas.so.0", RTLD_NOLOAD | RTLD_LAZY) else { return }
        defer { dlclose(handle) }
        let reference = try #require(dlsym(handle, "cblas_dgemm"))
        let provider = try library(of: reference)
        #expect(provider.hasPrefix("libgslcblas"))
        let slow = product(reference)
        #expect(slow != openBLAS, "the two libraries sum in different orders, so that their bits tell them apart")
        // Sums of 96 products of numbers of size 1, with a rounding of 1e-16 each.
        #expect(zip(slow, openBLAS).allSatisfy { abs($0 - $1) < 1e-12 })
    }
}
