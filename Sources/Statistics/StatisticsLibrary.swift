// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// The library behind this room.
public enum StatisticsLibrary {
    /// GSL's version that the program was built with, such as `2.7.1`.
    public static var version: String { GSL_VERSION }
}
