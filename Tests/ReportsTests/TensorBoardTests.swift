import Foundation
import Reports
import Testing

/// Records against bytes that `Fixtures/make_events.py` has computed from the formats.
@Suite struct TensorBoardTests {
    @Test(arguments: [
        ("version", TensorBoardEvent(time: 1234.5, step: 0, .version)),
        ("start", TensorBoardEvent(time: 1234.5, step: 300, .start)),
        ("scalar", TensorBoardEvent(time: 1.7e9, step: 128, .scalars([.init("train/loss", 0.1)]))),
        (
            "several",
            TensorBoardEvent(
                time: 0, step: 1 << 40,
                .scalars([.init("a", -1), .init(String(repeating: "ü", count: 200), .infinity)]))
        ),
        ("none", TensorBoardEvent(time: 1, step: 7, .scalars([]))),
    ])
    func records(_ name: String, _ event: TensorBoardEvent) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/events.json")
        let expected = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file))
        #expect(event.record.map { String(format: "%02x", $0) }.joined() == expected[name])
    }
}
