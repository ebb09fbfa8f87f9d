import Glibc

/// `bench [decode|p1|append|report] [--reference PROGRAM]`
///
/// Each benchmark runs its sides in turn, several rounds of them, and prints medians and the median of the ratios of one round:
/// the machine's mood cancels out. `--reference` names a program that takes a file of frames and prints `… N frames/s …`; it is
/// run between our rounds.
@main
struct Bench {
  static func main() throws {
    var names: [String] = []
    var reference: String?
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      if argument == "--reference" { reference = arguments.popFirst() } else { names.append(argument) }
    }
    let all = ["decode", "p1", "append", "report"]
    guard names.allSatisfy(all.contains) else {
      print("usage: bench [\(all.joined(separator: "|"))] [--reference PROGRAM]")
      exit(64)
    }
    for name in names.isEmpty ? all : names {
      switch name {
      case "decode": try DecodeBench(reference: reference).run()
      case "p1": try TelegramBench().run()
      case "append": try AppendBench().run()
      default: try ReportBench().run()
      }
    }
  }
}
