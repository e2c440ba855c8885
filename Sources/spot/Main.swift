import SpotCommands

@main
struct Main {
    static func main() async {
        await Program.runAsProcess()
    }
}
