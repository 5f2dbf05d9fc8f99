# Scores two patches and finds the mitoses of a field: Rscript examples/r.R
# MITOSIS_URL is the address of the service. Needs httr2.
library(httr2)

url <- Sys.getenv("MITOSIS_URL", "http://localhost:5000")
sample_file <- function(name) curl::form_file(file.path("model", "samples", name), "image/png")
# A refused request stops the script with the service's message.
ask <- function(path, ...) {
  request(url) |>
    req_url_path_append(path) |>
    req_error(body = \(answer) resp_body_json(answer)$message) |>
    req_body_multipart(...)
}

patches <- c("metaphase.png", "stroma.png")
answer <- ask("model/predict", image = sample_file(patches[1]), image = sample_file(patches[2])) |>
  req_perform() |>
  resp_body_json()
for (i in seq_along(patches)) {
  cat(sprintf("%s: %.4f\n", patches[i], answer$predictions[[i]]$probability))
}

answer <- ask("model/detect", image = sample_file("field.png")) |>
  req_url_query(mpp = 0.25) |>
  req_perform() |>
  resp_body_json()
mitoses <- Filter(\(one) one$mitosis, answer$detections)
cat(sprintf("field.png: %d mitoses\n", length(mitoses)))
