// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Figures

@Suite struct MarkdownTableTests {
    @Test func cellsLineUpUnderTheirHeadings() {
        var table = MarkdownTable(columns: [.init("layer"), .init("dead", .trailing)])
        table.append(["0", "40"])
        table.append(["hidden", "7"])
        #expect(
            table.description == """
                | layer  | dead |
                | ------ | ---: |
                | 0      |   40 |
                | hidden |    7 |

                """)
    }

    @Test func barsAreEscapedAndLineBreaksBecomeSpaces() {
        var table = MarkdownTable(columns: [.init("|w|")])
        table.append(["a|b\r\nc"])
        #expect(table.description == "| \\|w\\|  |\n| ------ |\n| a\\|b c |\n")
    }
}
