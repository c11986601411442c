// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels

/// The floating-point control of the running thread: whether subnormal results and operands count as zero.
///
/// Flush-to-zero is CPU state that belongs to a thread; code that depends on it sets it for a scope and restores what was there. On
/// x86-64 this is MXCSR's FTZ and DAZ bits, on AArch64 FPCR's FZ bit.
public struct FloatingPointState: Sendable, Equatable {
    /// True if subnormals are flushed to zero, on input and output.
    public let flushesSubnormals: Bool

    public init(flushesSubnormals: Bool) { self.flushesSubnormals = flushesSubnormals }

    /// State of the running thread.
    public static var current: FloatingPointState { FloatingPointState(flushesSubnormals: adamprobe_flushes_subnormals()) }

    /// Runs `body` in this state and restores the thread's own afterwards.
    public func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let previous = Self.current
        guard previous != self else { return try body() }
        adamprobe_set_flush_subnormals(flushesSubnormals)
        defer { adamprobe_set_flush_subnormals(previous.flushesSubnormals) }
        return try body()
    }
}
