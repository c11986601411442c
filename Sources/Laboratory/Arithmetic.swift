// SPDX-License-Identifier: GPL-3.0-or-later

/// The floating-point format that a laboratory's recursions are computed in.
public enum Arithmetic: String, Sendable, CaseIterable {
    case float32
    case float64
    /// The x87 format: 64 bits of significand, a 15-bit exponent. Only on x86; elsewhere a run throws ``LaboratoryError/unavailable(_:accepted:)``.
    case float80

    /// True if the running machine computes in this format.
    public var isAvailable: Bool {
        #if arch(x86_64) || arch(i386)
            true
        #else
            self != .float80
        #endif
    }
}
