// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Testing

@testable import Experiments

@Suite("Places that nothing can be written to, through the command")
struct OutputPathTests {
    @Test(
        "One line names the place, the reason and what would be accepted",
        arguments: [
            (["run", "run.yaml", "--out", "FILE"], ["/FILE is a file; accepted: an --out that is not there yet, or an empty folder"]),
            (["run", "run.yaml", "--out", "FILE/x"], ["/FILE is a file; accepted: a folder, or a name for a new one"]),
            (["run", "run.yaml", "--out", "/proc/z"], ["/proc/z can't be made: ", "accepted: a folder, or a name for a new one"]),
            (["plot", "done", "--out", "FILE"], ["/FILE: is a file; accepted: a folder, or a name for a new one"]),
            (["plot", "done", "--out", "/proc/z"], ["/proc/z: can't be made: ", "accepted: a folder"]),
            (["init", "nodir/x.yaml"], ["nodir/x.yaml: can't be created: No such file or directory; accepted: a name in a folder that is there"]),
        ])
    func refused(arguments: [String], parts: [String]) throws {
        let folder = try RunFolder()
        try Data("data: digits\nnetwork: [{dense: 3}, relu, {dense: 10}]\noptimizer: adam\nsteps: 1\n".utf8).write(to: folder["run.yaml"])
        try Data("a file".utf8).write(to: folder["FILE"])
        try folder.run(try .load(url: folder["run.yaml"]), as: "done")
        let result = try BuiltProgram(arguments + (arguments[0] == "run" ? ["--quiet"] : []), in: folder.url).finish()
        #expect(result.status == 1 && result.output.isEmpty, "\(result)")
        #expect(result.errors.split(separator: "\n").count == 1 && !result.errors.contains(".partial-"), "\(result.errors)")
        for part in parts { #expect(result.errors.contains(part), "'\(part)' is not in: \(result.errors)") }
        #expect(try Data(contentsOf: folder["FILE"]) == Data("a file".utf8))
    }

    @Test("A taken place is refused before data are looked for")
    func takenFirst() throws {
        let folder = try RunFolder()
        try Data("a file".utf8).write(to: folder["FILE"])
        let yaml = "data: {npy: {inputs: absent.npy, targets: absent.npy}}\nnetwork: [{dense: 3}]\noptimizer: adam\nsteps: 1\n"
        let configuration = try RunConfiguration.parse(yaml: yaml, folder: folder.url)
        #expect(throws: RunError.outputIsFile(folder["FILE"].path)) { try folder.run(configuration, as: "FILE") }
    }
}
