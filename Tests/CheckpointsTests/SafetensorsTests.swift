import Checkpoints
import Foundation
import Foundations
import Testing

@Suite struct SafetensorsTests {
    /// A file that goes away with it.
    final class Temporary {
        let path = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID().uuidString).safetensors"
        init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    static func file(_ header: String, _ data: [UInt8], length: UInt64? = nil) -> [UInt8] {
        withUnsafeBytes(of: length ?? UInt64(header.utf8.count)) { Array($0) } + Array(header.utf8) + data
    }

    /// What a refusal says after `cannot read PATH: `, with its exit status.
    static func refusal(_ bytes: [UInt8]) throws -> String {
        let file = try Temporary(bytes)
        return complaint { try Safetensors.read(file.path) }.replacing("cannot read \(file.path): ", with: "")
    }

    static let sample: [Safetensors.Tensor] = [
        .init(name: "weight", shape: [2, 3], floats: [1, -2, 0.5, 0, -0.0, 3e38]),
        .init(name: "steps", shape: [], integers: [.min]),
        .init(name: "empty", shape: [0, 4], floats: []),
        .init(name: "caf\u{e9} \u{1F600} \"quoted\"", shape: [1, 1, 2], integers: [7, -7]),
    ]

    @Test func whatIsWrittenIsReadBack() throws {
        for tensors in [Self.sample, []] {
            let metadata = tensors.isEmpty ? [:] : ["format": "pt", "note": "a\n\u{0}b, {\"c\": 1}"]
            let file = try Temporary(try Safetensors.file(tensors, metadata: metadata))
            let read = try Safetensors.read(file.path)
            #expect(read.metadata == metadata)
            let found = Dictionary(uniqueKeysWithValues: read.tensors.map { ($0.name, $0) })
            #expect(found.count == tensors.count)
            for tensor in tensors {
                let other = try #require(found[tensor.name])
                #expect((other.shape, other.type, other.bytes) == (tensor.shape, tensor.type, tensor.bytes))
            }
        }
        #expect(Self.sample[0].floats == [1, -2, 0.5, 0, -0.0, 3e38] && Self.sample[0].integers == nil)
        #expect(Self.sample[1].integers == [.min] && Self.sample[1].floats == nil)
    }

    static func one(_ entry: String) -> [UInt8] { file(#"{"w":\#(entry)}"#, [UInt8](repeating: 0, count: 8)) }

    static let rules: [(file: [UInt8], refusal: String)] = [
        ([1, 2, 3], "2 it has 3 bytes, expected at least the 8 of a header's length"),
        (file("{}", [], length: 100_000_001), "2 its header has 100000001 bytes, at most 100000000 are allowed"),
        (file("{}", [], length: .max), "2 its header has 18446744073709551615 bytes, at most 100000000 are allowed"),
        (file("{}", [], length: 3), "2 its header has 3 bytes, but the file only 2 after its first 8"),
        (file("", []), "2 its header does not begin with {"),
        (file(" {}", []), "2 its header does not begin with {"),
        (file("[]", []), "2 its header does not begin with {"),
        (file(#"{"w":}"#, []), #"2 its header is not JSON: expected a value, found "}" at byte 5"#),
        (file("{} {}", []), #"2 its header goes on after its one JSON document with "{}" at byte 3"#),
        (
            file(#"{"w":{},"w":{}}"#, []), #"2 its header has the key "w" twice in one object at byte 8"#
        ),
        (
            one(#"{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}"#),
            #"2 its header has the key "dtype" twice in one object at byte 20"#
        ),
        (file(#"{"__metadata__":[]}"#, []), "2 __metadata__ is a list, expected an object of texts"),
        (
            file(#"{"__metadata__":{"a":1}}"#, []),
            "2 __metadata__ is an object with the number 1, expected an object of texts"
        ),
        (one("3"), #"2 tensor "w": its entry is the number 3, expected an object"#),
        (one(#"{"dtype":"F32","shape":[2]}"#), #"2 tensor "w": its entry has no data_offsets"#),
        (
            one(#"{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x\u001b":1}"#),
            #"2 tensor "w": its entry has the unknown key "x\u{1B}""#
        ),
        (
            one(#"{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}"#),
            #"2 tensor "w": dtype is the text "BF16", expected "F32" or "I64""#
        ),
        (
            one(#"{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}"#),
            #"2 tensor "w": shape is a list with the number 2.0, expected a list of whole numbers from 0"#
        ),
        (
            one(#"{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}"#),
            #"2 tensor "w": shape is a list with the number -2, expected a list of whole numbers from 0"#
        ),
        (
            one(#"{"dtype":"F32","shape":2,"data_offsets":[0,8]}"#),
            #"2 tensor "w": shape is the number 2, expected a list of whole numbers from 0"#
        ),
        (
            one(#"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}"#),
            #"2 tensor "w": the bytes of its shape are no 64-bit number"#
        ),
        (
            one(#"{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}"#),
            #"2 tensor "w": data_offsets are 3 numbers, expected two whole numbers, the first not the greater"#
        ),
        (
            one(#"{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#),
            #"2 tensor "w": data_offsets are 8 and 0, expected two whole numbers, the first not the greater"#
        ),
        (
            one(#"{"dtype":"F32","shape":[2],"data_offsets":[0,1e400]}"#),
            "2 its header has the number 1e400, which is not finite, at byte 50"
        ),
        (
            one(#"{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775808]}"#),
            #"2 tensor "w": data_offsets are a list with the number 9223372036854775808, "#
                + "expected two whole numbers, the first not the greater"
        ),
        (
            one(#"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#),
            #"2 tensor "w": it has 8 bytes, its shape needs 12"#
        ),
        (
            one(#"{"dtype":"I64","shape":[2],"data_offsets":[0,16]}"#),
            #"2 tensor "w": it ends at byte 16 of the data, which has 8"#
        ),
        (
            file(
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"#
                    + #""data_offsets":[4,8]}}"#, [UInt8](repeating: 0, count: 8)),
            #"2 tensor "b": it begins at byte 4, inside the tensor before it, which ends at 8"#
        ),
        (
            file(
                #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"#
                    + #""data_offsets":[8,12]}}"#, [UInt8](repeating: 0, count: 12)),
            #"2 tensor "b": it begins at byte 8, after a hole: the tensor before it ends at 4"#
        ),
        (
            one(#"{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#),
            #"2 tensor "w": it begins at byte 4, after a hole: the tensor before it ends at 0"#
        ),
        (one(#"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#), "2 the data has 8 bytes, its tensors 4"),
        (
            file(#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, [0, 0, 0, 0, 0, 0, 0x80, 0x7F]),
            #"2 tensor "w": value 1 is not finite"#
        ),
        (
            file(#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, [1, 0, 0x80, 0xFF, 0, 0, 0, 0]),
            #"2 tensor "w": value 0 is not finite"#
        ),
        (file("{\u{FEFF}}", []), #"2 its header is not JSON: expected a key in quotes, found "\xEF" at byte 1"#),
    ]

    @Test(arguments: rules.indices) func everyRuleHasItsWords(index: Int) throws {
        #expect(try Self.refusal(Self.rules[index].file) == Self.rules[index].refusal)
    }

    @Test func nestingAndCommasAreBounded() throws {
        let deep = #"{"w":"# + String(repeating: "[", count: 100_000)
        #expect(try Self.refusal(Self.file(deep, [])) == "2 its header is nested deeper than 64 at byte 68")
        let long = "{\"w\":[" + String(repeating: "0,", count: 4_000_001)
        #expect(try Self.refusal(Self.file(long, [])) == "2 its header has more than 4000000 commas")
    }

    @Test func onlyRegularFilesAreRead() throws {
        let place = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID().uuidString)"
        #expect(complaint { try Safetensors.read(place) } == "2 cannot read \(place): No such file or directory")
        #expect(mkfifo(place, 0o600) == 0)
        defer { try? FileManager.default.removeItem(atPath: place) }
        #expect(complaint { try Safetensors.read(place) } == "2 cannot read \(place): it is not a regular file")
        for path in ["/", "/dev/zero"] {
            #expect(complaint { try Safetensors.read(path) } == "2 cannot read \(path): it is not a regular file")
        }
    }

    /// A file of 1 TiB that takes no room: refused before anything of that size is asked for.
    @Test func sparseGiantsAreRefused() throws {
        let header = #"{"w":{"dtype":"F32","shape":[274877906944],"data_offsets":[0,1099511627776]}}"#
        let file = try Temporary(Self.file(header, []))
        #expect(truncate(file.path, 8 + header.utf8.count + 1 << 40) == 0)
        #expect(
            complaint { try Safetensors.read(file.path) }
                .hasSuffix("it holds 1099511627776 bytes of tensors, at most 4294967296 are allowed"))
    }

    @Test func whatCouldNotBeReadIsNotWritten() throws {
        #expect(
            complaint { try Safetensors.file([.init(name: "w", shape: [2], floats: [1, .nan])], metadata: [:]) }
                == #"2 cannot write a safetensors file: tensor "w": value 1 is not finite"#)
        #expect(
            complaint { try Safetensors.file([.init(name: "__metadata__", shape: [], floats: [1])], metadata: [:]) }
                == #"2 cannot write a safetensors file: tensor "__metadata__": the name is reserved"#)
        let commas = String(repeating: ",", count: 4_000_001)
        #expect(
            complaint { try Safetensors.file([], metadata: ["a": commas]) }
                == "2 cannot write a safetensors file: its header has more than 4000000 commas")
        let long = String(repeating: "a", count: 100_000_000)
        let text = complaint { try Safetensors.file([], metadata: ["a": long]) }
        #expect(
            text == "2 cannot write a safetensors file: its header has 100000001 bytes, at most 100000000 are allowed")
    }
}
