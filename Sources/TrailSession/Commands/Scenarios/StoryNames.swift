/// Names from which stories draw.
enum StoryNames {
  static let people = [
    "amir", "bea", "carlos", "dana", "elin", "farah", "goran", "hana", "ines", "jonas", "keiko",
    "liam", "mira", "nadia", "oskar", "priya", "quentin", "rosa", "sven", "tomas", "uma", "vera",
    "wanda", "yusuf", "zoe",
  ]

  /// What a client of a kind says of itself.
  static func agent(_ kind: String) -> String {
    switch kind {
    case "python":
      "Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#6.8 lang/python#3.12.3 cfg/retry-mode#legacy"
    case "go":
      "aws-sdk-go-v2/1.39.4 ua/2.1 os/linux lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64"
    case "terraform":
      "APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io) aws-sdk-go-v2/1.39.4"
    case "browser":
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
    case "old":
      "aws-cli/1.22.34 Python/3.10.6 Linux/5.15.0-kali3-amd64 botocore/1.23.34"
    case "scanner":
      "Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/linux#6.1.0 lang/python#3.11.2 cfg/retry-mode#adaptive"
    default:
      "aws-cli/2.31.24 md/awscrt#0.28.2 ua/2.1 os/linux#6.12 md/arch#x86_64 lang/python#3.13.7"
    }
  }
}
