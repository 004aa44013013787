import Foundations

/// The folder of one run: `run.json`, `run.lock` and `db/` under `root/name`. A value; making one touches no file.
package struct RunFolder: Hashable, Sendable, CustomStringConvertible {
    package let root: String
    package let name: String

    /// - Throws: exit 2 where the name is not `[A-Za-z0-9][A-Za-z0-9._-]{0,63}` or ends in a full stop.
    package init(root: String, name: String) throws {
        try Self.check(name, as: "run")
        self.root = root
        self.name = name
    }

    package var path: String { root.hasSuffix("/") ? root + name : root + "/" + name }
    package var description: String { path }
    package var exists: Bool { Files.exists(path) }

    /// What a user types to go on with the run.
    package var resumeCommand: String { command("resume \(name)") }

    /// What a user types for a verb with its arguments, where runs live here.
    package func command(_ words: String) -> String {
        guard root != "checkpoints" else { return "\(ProgramName.current) \(words)" }
        let isPlain = root.utf8.allSatisfy { byte in
            "/._-".utf8.contains(byte) || byte > 127 || Character(UnicodeScalar(byte)).isLetter
                || Character(UnicodeScalar(byte)).isNumber
        }
        let place = isPlain ? root : "'" + root.replacing("'", with: #"'\''"#) + "'"
        return "\(ProgramName.current) \(words) --checkpoints \(place)"
    }

    var card: String { path + "/run.json" }
    var lock: String { path + "/run.lock" }
    var database: String { path + "/db" }

    /// The runs under `root` in the order of their names. Dot folders (creations that were cut short), links and
    /// folders without a `run.json` are passed over; a missing root holds no runs.
    package static func list(_ root: String) throws -> [RunFolder] {
        try Files.names(in: root).compactMap { name in
            guard let folder = try? RunFolder(root: root, name: name), Files.isFolder(folder.path),
                Files.isFile(folder.card)
            else { return nil }
            return folder
        }
    }

    /// The rule for names of runs and tags.
    static func check(_ name: String, as what: String) throws {
        let bytes = Array(name.utf8)
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let isGood =
            1...64 ~= bytes.count && isPlain(bytes[0]) && bytes.last != UInt8(ascii: ".")
            && bytes.allSatisfy { isPlain($0) || ".-_".utf8.contains($0) }
        if !isGood {
            throw StoreError(
                .usage, cannot: "use", quoted(name), because: "it is not a name for a \(what)",
                hint: "1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit, not ending in a full stop")
        }
    }

    /// - Throws: exit 2 where there is no such run, naming the nearest one; 5 where one of its files is a link or the like.
    func requireExisting() throws {
        if Files.isFolder(path) && Files.exists(card) { return try refuseForeignFiles() }
        let near = nearestName(to: name, among: ((try? Self.list(root)) ?? []).map(\.name))
        let cause =
            switch Files.exists(path) {
            case false: "there is no such run"
            case true: Files.isFolder(path) ? "the folder holds no run.json" : "it is not a folder"
            }
        throw StoreError(
            .usage, cannot: "open run", path, because: cause,
            hint: near.map { "did you mean \($0)?" } ?? "`\(command("runs"))` lists the runs")
    }
}
