/// What the user typed to start the program, for hints that name a command: a binary with policies of its own is not
/// called `espalier`, and only it can go on with its runs.
package enum ProgramName {
    @TaskLocal package static var current = "espalier"
}
