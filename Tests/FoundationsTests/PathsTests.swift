import Foundations
import Testing

@Suite struct PathsTests {
    @Test(arguments: [
        ("a", "."), ("", "."), (".", "."), ("-", "."), ("/", "/"), ("//a", "/"), ("/a", "/"), ("a/b", "a"),
        ("a//b", "a"),
        ("../x/y.html", "../x"), ("a/", "a"), ("ä/ö", "ä"),
    ])
    func theFolderOfAPath(_ path: String, _ expected: String) {
        #expect(parentFolder(of: path) == expected)
    }
}
