/// The folder part of a path, as a string: `.` for a bare name, `/` for what lies in the root. Touches no file.
///
///     parentFolder(of: "runs/a.html") == "runs"    parentFolder(of: "a.html") == "."    parentFolder(of: "/a") == "/"
package func parentFolder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    var above = path[..<slash]
    while above.utf8.last == UInt8(ascii: "/") { above.removeLast() }
    return above.isEmpty ? "/" : String(above)
}
