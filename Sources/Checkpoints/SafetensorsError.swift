import Foundations

/// Why a safetensors file is not read or written: which file, which tensor, and the rule that does not hold. Exit 2.
package struct SafetensorsError: Complaint, Equatable {
    package enum Rule: Equatable, Sendable {
        case unreadable(String)
        case notAFile
        case tooShort(bytes: Int)
        case headerTooLong(UInt64)
        case headerOutsideFile(UInt64, bytes: Int)
        case headerStart
        case tooManyItems
        case json(String)
        case metadata(String)
        case entry(String)
        case unknownType(String)
        case shape(String)
        case shapeTooLarge
        case offsets(String)
        case size(bytes: Int, expected: Int)
        case outside(end: Int, bytes: Int)
        case overlap(begin: Int, expected: Int)
        case hole(begin: Int, expected: Int)
        case trailing(bytes: Int, expected: Int)
        case tooMuch(bytes: Int)
        case notFinite(place: Int)
        case reservedName
    }

    package let operation: String
    package let subject: String
    /// nil where the rule is about the whole file.
    package let tensor: String?
    package let rule: Rule

    package var exitCode: ExitCode { .usage }

    package var message: String {
        "cannot \(operation) \(subject): " + (tensor.map { "tensor \(quoted($0)): " } ?? "") + rule.problem
    }
}

extension SafetensorsError.Rule {
    fileprivate var problem: String {
        switch self {
        case .unreadable(let cause): cause
        case .notAFile: "it is not a regular file"
        case .tooShort(let bytes): "it has \(bytes) bytes, expected at least the 8 of a header's length"
        case .headerTooLong(let length):
            "its header has \(length) bytes, at most \(Safetensors.headerLimit) are allowed"
        case .headerOutsideFile(let length, let bytes):
            "its header has \(length) bytes, but the file only \(bytes) after its first 8"
        case .headerStart: "its header does not begin with {"
        case .tooManyItems: "its header has more than \(Safetensors.itemLimit) commas"
        case .json(let problem): "its header \(problem)"
        case .metadata(let found): "__metadata__ is \(found), expected an object of texts"
        case .entry(let problem): problem
        case .unknownType(let found): "dtype is \(found), expected \"F32\" or \"I64\""
        case .shape(let found): "shape is \(found), expected a list of whole numbers from 0"
        case .shapeTooLarge: "the bytes of its shape are no 64-bit number"
        case .offsets(let found): "data_offsets are \(found), expected two whole numbers, the first not the greater"
        case .size(let bytes, let expected): "it has \(bytes) bytes, its shape needs \(expected)"
        case .outside(let end, let bytes): "it ends at byte \(end) of the data, which has \(bytes)"
        case .overlap(let begin, let expected):
            "it begins at byte \(begin), inside the tensor before it, which ends at \(expected)"
        case .hole(let begin, let expected):
            "it begins at byte \(begin), after a hole: the tensor before it ends at \(expected)"
        case .trailing(let bytes, let expected): "the data has \(bytes) bytes, its tensors \(expected)"
        case .tooMuch(let bytes): "it holds \(bytes) bytes of tensors, at most \(Safetensors.dataLimit) are allowed"
        case .notFinite(let place): "value \(place) is not finite"
        case .reservedName: "the name is reserved"
        }
    }
}
