# Scores two patches and finds the mitoses of a field: Rscript examples/r.R
# MITOSIS_URL is the address of the service, MITOSIS_KEY its API key where it has any.
# Needs httr2, curl and jsonlite: install.packages(c("httr2", "curl", "jsonlite"))
library(httr2)
library(jsonlite)

url <- Sys.getenv("MITOSIS_URL", "http://localhost:5000")
key <- Sys.getenv("MITOSIS_KEY")
sample_file <- function(name) curl::form_file(file.path("model", "samples", name), "image/png")

# Sends files and options, and returns the answer. A busy service is asked again after the seconds
# that it names; a refused request stops the script with the service's message.
ask <- function(path, ..., query = list()) {
  request <- request(url) |>
    req_url_path_append(path) |>
    req_url_query(!!!query) |>
    req_body_multipart(...) |>
    req_retry(max_tries = 10, is_transient = \(answer) resp_status(answer) %in% c(429, 503)) |>
    req_error(body = \(answer) fromJSON(resp_body_string(answer))$message)
  if (nzchar(key)) request <- req_headers(request, `X-API-Key` = key)
  request |> req_perform() |> resp_body_string() |> fromJSON()
}

patches <- c("metaphase.png", "stroma.png")
answer <- ask("model/predict", image = sample_file(patches[1]), image = sample_file(patches[2]))
for (i in seq_along(patches)) {
  cat(sprintf("%s: %.4f\n", patches[i], answer$predictions$probability[i]))
}

# fromJSON makes a data frame of the detections: x, y, probability, mitosis.
answer <- ask("model/detect", image = sample_file("field.png"), query = list(mpp = 0.25))
cat(sprintf("field.png: %d mitoses\n", sum(as.logical(answer$detections$mitosis))))
