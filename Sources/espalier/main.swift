import Commands
import Foundation

exit(await Espalier.run(Array(CommandLine.arguments.dropFirst())))
