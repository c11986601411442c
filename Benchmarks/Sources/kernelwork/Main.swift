// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Networks

/// Does a kernel's work a number of times, for `counts.py` to count its instructions under callgrind.
@main
struct KernelWork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernelwork",
        abstract: "Does a kernel's work a number of times.",
        discussion: """
            Instructions of one repetition are those of a run of 2n less those of a run of n repetitions.

            Examples:
              kernelwork --list
              valgrind --tool=callgrind kernelwork adam-float32 --repetitions 4
            """)

    @Argument(help: "The kernel, one of --list.")
    var kernel: String?
    @Option(help: "How often.")
    var repetitions = 1
    @Flag(help: "Print a line a kernel: its name, repetitions for a count, and whether OpenBLAS takes part.")
    var list = false
    @Flag(help: "Print the matrix library's version and the kernels that it chose.")
    var blas = false

    func validate() throws {
        guard repetitions >= 1 else { throw ValidationError("repetitions count from 1") }
        guard list || blas || kernel.map({ name in Kernel.all.contains { $0.name == name } }) == true else {
            throw ValidationError("no kernel '\(kernel ?? "")'; accepted: \(Kernel.all.map(\.name).joined(separator: ", "))")
        }
    }

    func run() throws {
        if blas { return print(MatrixProduct.libraryDescription) }
        if list {
            for kernel in Kernel.all { print("\(kernel.name) \(kernel.repetitions) \(kernel.usesBLAS)") }
            return
        }
        try Kernel.all.first { $0.name == kernel }?.work(repetitions)
    }
}
